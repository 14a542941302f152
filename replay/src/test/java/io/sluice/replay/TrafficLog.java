package io.sluice.replay;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;

/** A log of random traffic with everything in it: rule and account changes, leases, reservations, what is refused. */
public final class TrafficLog {
    public static final String LIMITS = """
            {"version":1,"tiers":["free","pro"],"defaultTier":"free","idempotencyWindow":"10m","limits":[
             {"id":"per-client","scope":["client"],"rate":{"tokens":3,"per":"1s"},"burst":%d},
             {"id":"per-account","scope":["account"],"rate":{"tokens":20,"per":"1s"},"burst":40}]}
            """;

    private final ListLog log;
    private final SplittableRandom random;
    private long nowMillis = 1_700_000_000_000L;

    private TrafficLog(ListLog log, long seed) {
        this.log = log;
        this.random = new SplittableRandom(seed);
    }

    /** So many requests from a seed; a failing test names it. */
    public static ListLog of(long seed, int requests) throws Exception {
        ListLog log = new ListLog(3);
        new TrafficLog(log, seed).write(requests, seed);
        return log;
    }

    public static String limits(int burst) {
        return LIMITS.formatted(burst);
    }

    private void write(int requests, long seed) throws Exception {
        log.activate(nowMillis, 1, limits(6));
        RequestGenerator generator = new RequestGenerator(seed, TrafficShape.mixed(ListLog.REPLIES));
        long version = 0;
        for (int i = 0; i < requests; i++) {
            nowMillis += random.nextInt(120);
            AdmissionRequest request = generator.next();
            log.ask(nowMillis, request, request.clientId().account());
            int chance = random.nextInt(40);
            if (chance == 0) {
                reserve(request.clientId());
            } else if (chance == 1) {
                lease(request.clientId());
            } else if (chance == 2) {
                log.add(random.nextInt(3), nowMillis, "acme".getBytes(StandardCharsets.UTF_8), new byte[] {'{'});
            } else if (chance == 3 && i > requests / 3) {
                version = override(version);
            }
            if (i == requests / 2) {
                log.activate(nowMillis, 2, limits(5));
            }
        }
    }

    private DecisionId last(ClientId client) {
        int partition = AccountPartitioner.partitionOf(client.account(), 3);
        return new DecisionId(partition, log.requests.get(partition).size() - 1L);
    }

    /** A third is settled, a third comes too late, a third nobody settles. */
    private void reserve(ClientId client) throws Exception {
        log.ask(nowMillis, AdmissionRequest.of(client.text()).cost(2).reserveMillis(3_000));
        DecisionId hold = last(client);
        int fate = random.nextInt(3);
        if (fate < 2) {
            nowMillis += fate * 4_000L;
            log.ask(nowMillis, new SettleRequest(SettleRequest.Verb.COMMIT, client, hold, 1), client.account());
        }
    }

    private void lease(ClientId client) throws Exception {
        AdmissionRequest local = AdmissionRequest.local(client, 1, Route.NONE, Map.of(), Priority.NORMAL);
        log.ask(nowMillis, LeaseRequest.checked(local, 4, 2_000), client.account());
        DecisionId lease = last(client);
        if (random.nextBoolean()) {
            LeaseReport report = new LeaseReport(
                    AdmissionRequest.local(client, 0, Route.NONE, Map.of(), Priority.NORMAL), lease, 1, 1, 2);
            byte[] key = client.account().getBytes(StandardCharsets.UTF_8);
            log.add(lease.partition(), nowMillis, key, RequestCodec.encode(report));
        }
    }

    private long override(long version) {
        String account = "account-" + random.nextInt(8);
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        AccountCommand command = AccountCommandSamples.of(account, version, new AccountCommand.SetTier("pro"));
        log.add(
                AccountPartitioner.partitionOf(account, 3),
                nowMillis,
                key,
                RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command)));
        return version;
    }
}
