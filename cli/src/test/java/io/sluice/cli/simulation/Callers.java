package io.sluice.cli.simulation;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Those who ask: over front ends, or as batch producers that write to the topic themselves. */
final class Callers {
    static final List<String> CALM_ACCOUNTS = List.of("calm-0", "calm-1");
    static final List<String> CHANGING_ACCOUNTS = List.of("live-0", "live-1", "live-2");
    private static final int REMEMBERED_MAX = 40;
    private static final int TRIES_MAX = 4;
    private static final Route LONE = new Route("POST", "/lone", "");
    private static final long DEADLINE_MILLIS = 1_500;

    private final World world;
    private final SimulatedCluster cluster;
    private final List<FrontEnd> frontEnds;
    private final List<LocalAnswer> localAnswers;
    private final Challenges challenges;
    private final SplittableRandom random;
    private final List<Keyed> keyed = new ArrayList<>();
    private final List<SettleRequest> settled = new ArrayList<>();
    private long names;

    /** An admission with an idempotency key, and until when, in the partition's time, its answer is remembered. */
    private record Keyed(AdmissionRequest request, long expiresAtMillis) {}

    Callers(World world, SimulatedCluster cluster, List<FrontEnd> frontEnds, List<LocalAnswer> localAnswers) {
        this.world = world;
        this.cluster = cluster;
        this.challenges = new Challenges(world, cluster.log());
        this.frontEnds = frontEnds;
        this.localAnswers = localAnswers;
        this.random = world.chance();
    }

    /** One action of some caller. */
    void act() {
        try {
            int which = random.nextInt(100);
            if (which < 30) {
                admit(admission().build());
            } else if (which < 48) {
                admitKeyed();
            } else if (which < 56) {
                retryKeyed();
            } else if (which < 64) {
                batch();
            } else if (which < 74) {
                reserve();
            } else if (which < 80) {
                takeSlots();
            } else if (which < 84) {
                waitFor();
            } else if (which < 88) {
                query();
            } else if (which < 90) {
                produce();
            } else if (which < 93) {
                report();
            } else if (which < 95) {
                peek();
            } else if (which < 97) {
                settleAgain();
            } else {
                burst();
            }
        } catch (WireException e) {
            throw new IllegalStateException("the callers keep within the contract", e);
        }
    }

    private String clientId() {
        String account = random.nextBoolean()
                ? CALM_ACCOUNTS.get(random.nextInt(CALM_ACCOUNTS.size()))
                : CHANGING_ACCOUNTS.get(random.nextInt(CHANGING_ACCOUNTS.size()));
        int client = random.nextInt(6);
        return client == 0 ? account : account + "/" + (char) ('a' + client);
    }

    private AdmissionRequest.Builder admission() {
        return admission(RulesetSamples.PATHS.get(random.nextInt(RulesetSamples.PATHS.size())));
    }

    private AdmissionRequest.Builder admission(String path) {
        AdmissionRequest.Builder builder = AdmissionRequest.of(clientId())
                .cost(1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 2))
                // One limit alone is for POST, sometimes in shadow.
                .route(random.nextInt(8) == 0 ? LONE : new Route("GET", path, ""));
        if (random.nextInt(3) == 0) {
            builder.attribute("bytes", random.nextInt(8) == 0 ? "many" : Integer.toString(random.nextInt(9_000)));
        }
        if (random.nextInt(40) == 0) {
            builder.attribute("ip", "203.0.113.9");
        }
        return random.nextInt(10) == 0 ? builder.priority(Priority.HIGH) : builder;
    }

    private FrontEnd frontEnd() {
        return frontEnds.get(random.nextInt(frontEnds.size()));
    }

    private void admit(AdmissionRequest request) {
        world.coverage.count(Occurrence.ADMISSION);
        admit(frontEnd(), request, 1);
    }

    private void admit(FrontEnd frontEnd, AdmissionRequest request, int tries) {
        long deadlineMillis = request.maxWaitMillis() + 300 + random.nextInt(1_200);
        // A caller's request reaches a stopped process when it goes on.
        frontEnd.runAfter(0, () -> {
            world.watch(frontEnd.fast()
                    .admit(request, deadlineMillis)
                    .thenAccept(answer -> answered(frontEnd, request, tries, answer)));
        });
    }

    private void answered(FrontEnd frontEnd, AdmissionRequest request, int tries, Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        if (verdict == null) {
            world.coverage.count(Occurrence.TIMED_OUT);
            if (request.idempotencyKey() != null && tries < TRIES_MAX) {
                world.note(Occurrence.CALLER_RETRIED, request.idempotencyKey());
                world.events.after(50 + random.nextInt(500), () -> admit(frontEnd(), request, tries + 1));
            }
        } else if (verdict instanceof AdmissionVerdict.Local local) {
            answeredLocally(frontEnd, request, local);
        } else if (verdict.details() != null) {
            learn(request, verdict.details());
        }
    }

    private void answeredLocally(FrontEnd frontEnd, AdmissionRequest request, AdmissionVerdict.Local local) {
        boolean fromLease = local.basis() instanceof AdmissionVerdict.Lease;
        String basis = local.basis() instanceof AdmissionVerdict.Lease lease
                ? lease.leaseId()
                : ((AdmissionVerdict.Denial) local.basis()).decisionId();
        world.note(
                local.allowed() ? Occurrence.LOCAL_ALLOW : Occurrence.LOCAL_DENY,
                "front end " + frontEnd.number() + " by " + basis);
        localAnswers.add(new LocalAnswer(
                request.clientId().text(), basis, fromLease, local.allowed(), request.cost(), world.nowMillis()));
    }

    private void learn(AdmissionRequest request, VerdictDetails details) {
        if (!details.allowed()) {
            world.coverage.count(Occurrence.DENIED);
        }
        if (details.allowed() && details.delayMillis() > 0) {
            world.coverage.count(Occurrence.DELAYED_ALLOW);
        }
        countMetered(details);
        challenges.answered(request.clientId(), details);
        if (details.replayed()) {
            world.coverage.count(Occurrence.IDEMPOTENT_REPLAY);
        } else if (request.idempotencyKey() != null) {
            Long retry = details.retryAfterMillis();
            long remembered = details.allowed() || retry == null
                    ? World.IDEMPOTENCY_WINDOW_MILLIS
                    : Math.min(World.IDEMPOTENCY_WINDOW_MILLIS, retry);
            Keyed known = new Keyed(request, details.decidedAtMillis() + remembered);
            remember(known);
            if (random.nextInt(3) == 0) {
                world.note(Occurrence.KEY_RETRIED_AT_EXPIRY, request.idempotencyKey());
                produceAt(request, request.clientId().account(), known.expiresAtMillis() - random.nextInt(2));
            }
        }
        settleLater(request, details);
    }

    private void countMetered(VerdictDetails details) {
        switch (details.reasonCode()) {
            case "charged" -> world.coverage.count(Occurrence.CHARGED);
            case "charged-in-part" -> world.coverage.count(Occurrence.CHARGED_IN_PART);
            case "refunded" -> world.coverage.count(Occurrence.REFUNDED);
            default -> {
                if (details.limits().stream().anyMatch(limit -> limit.cost() != null)) {
                    world.coverage.count(Occurrence.OWN_COST);
                }
            }
        }
    }

    private void remember(Keyed known) {
        if (keyed.size() == REMEMBERED_MAX) {
            keyed.remove(0);
        }
        keyed.add(known);
    }

    private void admitKeyed() throws WireException {
        AdmissionRequest request = admission().idempotencyKey("key-" + names++).build();
        world.coverage.count(Occurrence.KEYED_ADMISSION);
        remember(new Keyed(request, 0));
        admit(frontEnd(), request, 1);
    }

    private void retryKeyed() throws WireException {
        if (keyed.isEmpty()) {
            return;
        }
        AdmissionRequest known = keyed.get(random.nextInt(keyed.size())).request();
        boolean other = random.nextInt(4) == 0;
        world.coverage.count(other ? Occurrence.KEY_REUSED : Occurrence.KEY_RETRIED);
        AdmissionRequest request = AdmissionRequest.of(known.clientId().text())
                .cost(other ? known.cost() + 1 : known.cost())
                .route(known.route())
                .priority(known.priority())
                .mode(known.mode())
                .idempotencyKey(known.idempotencyKey())
                .build();
        admit(frontEnd(), request, TRIES_MAX);
    }

    private void batch() throws WireException {
        String account = clientId().split("/", -1)[0];
        List<AdmissionRequest> checks = new ArrayList<>();
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            checks.add(AdmissionRequest.of(account + "/" + (char) ('a' + random.nextInt(4)))
                    .cost(1 + random.nextInt(6))
                    .route(new Route("GET", RulesetSamples.PATHS.get(random.nextInt(4)), ""))
                    .build());
        }
        String key = random.nextBoolean() ? "batch-" + names++ : null;
        BatchRequest request = BatchRequest.checked(checks, null, key);
        world.coverage.count(Occurrence.BATCH);
        send(request);
        if (key != null && random.nextInt(3) == 0) {
            world.events.after(random.nextInt(2_000), () -> send(request));
        }
    }

    private void send(BatchRequest request) {
        FrontEnd frontEnd = frontEnd();
        frontEnd.runAfter(0, () -> {
            world.watch(frontEnd.fast().admitAll(request, DEADLINE_MILLIS).thenAccept(answer -> {
                BatchVerdict verdict = answer.orNull();
                if (verdict != null && !verdict.details().allowed()) {
                    world.coverage.count(Occurrence.BATCH_DENIED);
                }
            }));
        });
    }

    private void reserve() throws WireException {
        world.coverage.count(Occurrence.RESERVATION);
        admit(frontEnd(), admission().reserveMillis(300 + random.nextInt(3_000)).build(), TRIES_MAX);
    }

    private void takeSlots() throws WireException {
        world.coverage.count(Occurrence.ADMISSION);
        admit(frontEnd(), admission("/slots").cost(1).build(), TRIES_MAX);
    }

    /** What was done is told afterwards, or undone. */
    private void report() throws WireException {
        RequestMode mode = random.nextInt(3) == 0 ? RequestMode.REFUND : RequestMode.CHARGE;
        if (random.nextInt(5) == 0) {
            String account = clientId().split("/", -1)[0];
            List<AdmissionRequest> checks = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(3); i++) {
                checks.add(AdmissionRequest.of(account + "/" + (char) ('a' + random.nextInt(4)))
                        .cost(random.nextInt(20))
                        .route(new Route("GET", RulesetSamples.PATHS.get(random.nextInt(4)), ""))
                        .mode(mode)
                        .build());
            }
            world.coverage.count(Occurrence.BATCH_CHARGED);
            send(BatchRequest.checked(checks, null, random.nextBoolean() ? "done-" + names++ : null));
            return;
        }
        AdmissionRequest.Builder report = admission().cost(random.nextInt(30)).mode(mode);
        if (random.nextBoolean()) {
            report.idempotencyKey("done-" + names++);
        }
        admit(frontEnd(), report.build(), 1);
    }

    /** What was held is settled: soon, right at its end, or never. */
    private void settleLater(AdmissionRequest request, VerdictDetails details) {
        ClientId clientId = request.clientId();
        String reservation = details.held().reservationId();
        String slots = details.held().releaseId();
        if (slots != null && random.nextInt(3) != 0) {
            SettleRequest release = SettleRequest.release(clientId, id(slots));
            world.events.after(random.nextInt(1_500), () -> settle(release, Occurrence.RELEASED));
        }
        if (reservation == null || random.nextInt(4) == 0) {
            return;
        }
        SettleRequest end = random.nextBoolean()
                ? SettleRequest.cancel(clientId, id(reservation))
                : commit(clientId, reservation, random.nextLong(request.cost() + (random.nextInt(4) == 0 ? 20 : 1)));
        if (end.cost() > request.cost()) {
            world.coverage.count(Occurrence.COMMITTED_MORE);
        }
        if (random.nextInt(3) == 0) {
            world.note(Occurrence.SETTLED_AT_EXPIRY, reservation);
            produceAt(end, clientId.account(), details.decidedAtMillis() + request.reserveMillis() - random.nextInt(2));
        } else {
            boolean commits = end.verb() == SettleRequest.Verb.COMMIT;
            world.events.after(
                    random.nextInt((int) request.reserveMillis()),
                    () -> settle(end, commits ? Occurrence.COMMITTED : Occurrence.CANCELLED));
        }
    }

    private static DecisionId id(String text) {
        try {
            return DecisionId.parse("holdId", text);
        } catch (WireException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SettleRequest commit(ClientId clientId, String reservation, long cost) {
        try {
            return SettleRequest.commit(clientId, id(reservation), cost);
        } catch (WireException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settle(SettleRequest end, Occurrence kind) {
        world.note(kind, end.holdId().text());
        settled.add(end);
        FrontEnd frontEnd = frontEnd();
        frontEnd.runAfter(0, () -> world.watch(frontEnd.fast().settle(end, DEADLINE_MILLIS)));
    }

    private void settleAgain() {
        if (!settled.isEmpty()) {
            SettleRequest end = settled.get(settled.size() - 1 - random.nextInt(Math.min(5, settled.size())));
            SettleRequest again = random.nextBoolean() ? end : SettleRequest.cancel(end.clientId(), end.holdId());
            world.coverage.count(Occurrence.SETTLED_TWICE);
            FrontEnd frontEnd = frontEnd();
            frontEnd.runAfter(0, () -> world.watch(frontEnd.fast().settle(again, DEADLINE_MILLIS)));
        }
    }

    private void waitFor() throws WireException {
        world.coverage.count(Occurrence.WAITING_ADMISSION);
        admit(
                frontEnd(),
                admission("/throttle").maxWaitMillis(random.nextInt(3_000)).build(),
                TRIES_MAX);
    }

    private void peek() throws WireException {
        world.coverage.count(Occurrence.PEEK);
        admit(frontEnd(), admission().cost(0).build(), TRIES_MAX);
    }

    private void query() throws WireException {
        world.coverage.count(Occurrence.QUERY);
        AdmissionRequest request = admission().build();
        FrontEnd frontEnd = frontEnd();
        switch (random.nextInt(3)) {
            case 0 ->
                frontEnd.runAfter(0, () -> world.watch(frontEnd.fast().quota(request.clientId(), DEADLINE_MILLIS)));
            case 1 ->
                frontEnd.runAfter(
                        0,
                        () -> world.watch(frontEnd.fast()
                                .explain(request, DEADLINE_MILLIS)
                                .thenAccept(answer -> {
                                    Explanation explanation = answer.orNull();
                                    if (explanation != null && explanation.brownedOut() != null) {
                                        world.coverage.count(Occurrence.BROWNED_OUT);
                                    }
                                })));
            default -> {
                byte[] ping = RequestCodec.encode(new Ping().repliedTo(directReply()));
                cluster.log().append(random.nextInt(World.REQUEST_PARTITIONS), null, ping);
            }
        }
    }

    /** Somebody asks every partition whether it is there. */
    void ping() {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            cluster.log().append(partition, null, RequestCodec.encode(new Ping().repliedTo(directReply())));
        }
    }

    private ReplyAddress directReply() {
        return new ReplyAddress(World.FRONT_ENDS, "direct-" + names++);
    }

    /** A batch producer writes to the topic by itself, in no order with front ends. */
    private void produce() throws WireException {
        world.coverage.count(Occurrence.ADMISSION);
        AdmissionRequest request = admission().build();
        long delayMillis = random.nextInt(100);
        ReplyAddress reply = random.nextBoolean() ? directReply() : null;
        world.events.after(delayMillis, () -> append(request, request.clientId().account(), reply));
    }

    /** Writes a request so that the partition's leader stamps it with exactly this time, unless that is over. */
    private void produceAt(Request request, String account, long stampMillis) {
        int partition = AccountPartitioner.partitionOf(account, World.REQUEST_PARTITIONS);
        long atMillis = cluster.log().trueMillis(partition, stampMillis);
        if (atMillis > world.nowMillis()) {
            world.events.at(atMillis, () -> append(request, account, directReply()));
        }
    }

    private void append(Request request, String account, @Nullable ReplyAddress reply) {
        byte[] value = RequestCodec.encode(request.repliedTo(reply));
        world.trace.add("produced " + new String(value, StandardCharsets.UTF_8));
        cluster.log()
                .append(
                        AccountPartitioner.partitionOf(account, World.REQUEST_PARTITIONS),
                        account.getBytes(StandardCharsets.UTF_8),
                        value);
    }

    /** One client asks the same again and again: its front ends take leases. */
    private void burst() throws WireException {
        AdmissionRequest request = AdmissionRequest.of(clientId())
                .cost(1 + random.nextInt(2))
                .route(
                        random.nextInt(4) == 0
                                ? LONE
                                : new Route("GET", random.nextBoolean() ? "/" : RulesetSamples.LENT, ""))
                .build();
        int count = 20 + random.nextInt(60);
        int pauseMillis = 6 + random.nextInt(30);
        boolean spread = random.nextInt(3) == 0;
        FrontEnd one = frontEnd();
        for (int i = 0; i < count; i++) {
            world.events.after((long) i * pauseMillis, () -> admit(spread ? frontEnd() : one, request, TRIES_MAX));
        }
        if (random.nextInt(4) == 0) {
            // Stopped with a lease in hand, for longer than it lasts.
            world.events.after((long) count * pauseMillis / 2, () -> one.pause(900 + random.nextInt(800)));
        }
    }
}
