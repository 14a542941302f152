package io.sluice.cli.simulation;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Those who change rules and accounts, and those who send what must be refused. */
final class Operators {
    private static final int BAD_BYTES_MAX = 2_000;
    /** Requests that follow a command about a credit. */
    private static final int PURCHASES = 12;

    private static final List<BadRecord> BAD_RECORDS =
            BadRecords.all(World.REQUEST_PARTITIONS, World.REPLY_PARTITIONS).stream()
                    .filter(bad -> bad.value() == null || bad.value().length <= BAD_BYTES_MAX)
                    .toList();

    private final World world;
    private final RequestLog log;
    private final SplittableRandom random;
    private final RulesetSamples rulesets;
    private final List<byte[]> activations = new ArrayList<>();
    private final List<byte[]> access = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private long commands;
    private long reports;
    private byte[] lastReport = new byte[0];

    Operators(World world, RequestLog log) {
        this.world = world;
        this.log = log;
        this.random = world.chance();
        this.rulesets = new RulesetSamples(random);
    }

    /** Puts the first ruleset in front of everything. */
    void begin() {
        byte[] first = nextActivation();
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            log.append(partition, null, first);
        }
    }

    private byte[] nextActivation() {
        ControlRecord record = Activations.signed(TestKeys.RULES, activations.size() + 1, rulesets.next());
        byte[] value = RequestCodec.encode(record);
        activations.add(value);
        return value;
    }

    /** The next ruleset, to every partition at another time. */
    void changeRules() {
        broadcast(nextActivation(), "revision " + activations.size(), Occurrence.RULES_ACTIVATED);
    }

    /** A ruleset that was in force before. */
    void repeatRules() {
        int revision = random.nextInt(activations.size());
        broadcast(activations.get(revision), "revision " + (revision + 1), Occurrence.OLD_RULES_AGAIN);
    }

    private void broadcast(byte[] value, String what, Occurrence occurrence) {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            int place = partition;
            world.events.after(1 + random.nextInt(300), () -> {
                world.note(occurrence, what + " to partition " + place);
                log.append(place, null, value);
            });
        }
    }

    /** The next access entries, or older ones once more, to every partition at another time. */
    void changeAccess() {
        if (!access.isEmpty() && random.nextInt(5) == 0) {
            int version = random.nextInt(access.size());
            broadcast(access.get(version), "access entries " + (version + 1), Occurrence.ACCESS_CHANGED);
            return;
        }
        long version = access.size() + 1;
        List<AccessSnapshot.Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            // Deny only: what an allow entry lets through is beyond the bounds that the invariants check.
            String entry = random.nextBoolean()
                    ? "{\"access\":\"deny\",\"for\":\"2s\",\"attributes\":{\"ip\":{\"cidr\":\"203.0.113.0/24\"}}}"
                    : "{\"access\":\"deny\",\"attributes\":{\"bytes\":{\"prefix\":\"4\"}},\"for\":\"2s\"}";
            entries.add(new AccessSnapshot.Entry(version, entry, world.nowMillis() + random.nextInt(2_000)));
        }
        byte[] value = RequestCodec.encode(TestKeys.RULES.sign(
                SignedKind.ACCESS, AccessSnapshotCodec.encode(new AccessSnapshot(version, entries))));
        access.add(value);
        broadcast(value, "access entries " + version, Occurrence.ACCESS_CHANGED);
    }

    /** A report of a health signal, to every partition at another time; every fourth is an old one once more. */
    private void reportSignal() {
        long number = ++reports;
        byte[] value = number % 4 == 0
                ? lastReport
                : RequestCodec.encode(TestKeys.COMMANDS.sign(
                        SignedKind.SIGNAL,
                        SignalCodec.encode(new SignalRecord(
                                number % 7 == 0 ? "other" : "db",
                                number % 3 == 0,
                                1_000 + 300 * (number % 5),
                                world.nowMillis(),
                                "simulation"))));
        lastReport = value;
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            int place = partition;
            world.events.after(1 + number * 37 * (partition + 1) % 90, () -> {
                world.note(Occurrence.SIGNAL_REPORTED, "report " + number + " to partition " + place);
                log.append(place, null, value);
            });
        }
    }

    /** A command; in most cases under the version that the account will have when it is read. */
    void changeAccount(String account) {
        reportSignal();
        long version = versions.getOrDefault(account, 0L);
        boolean stale = random.nextInt(6) == 0;
        Occurrence kind = stale ? Occurrence.ACCOUNT_REFUSED : kind();
        AccountCommand.Action action = action(stale ? kind() : kind);
        ReplyAddress reply = random.nextBoolean() ? new ReplyAddress(World.FRONT_ENDS, "command-" + commands++) : null;
        AccountCommand command = AccountCommandSamples.of(account, stale ? Math.max(0, version - 1) : version, action)
                .repliedTo(reply);
        if (!stale) {
            versions.put(account, version + 1);
        }
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        byte[] value = RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command));
        world.note(kind, command.toString());
        log.append(AccountPartitioner.partitionOf(key, World.REQUEST_PARTITIONS), key, value);
        if (kind == Occurrence.ACCOUNT_CREDIT) {
            buy(account);
        }
    }

    /** A batch producer asks for more than the account's limits have; front ends would deny some of it themselves. */
    private void buy(String account) {
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < PURCHASES; i++) {
            String path = List.of("/", "/counter", "/odd").get(random.nextInt(3));
            byte[] value = purchase(account, path);
            world.events.after(
                    1 + random.nextInt(1_500),
                    () -> log.append(AccountPartitioner.partitionOf(key, World.REQUEST_PARTITIONS), key, value));
        }
    }

    private byte[] purchase(String account, String path) {
        try {
            return RequestCodec.encode(AdmissionRequest.of(account + "/buyer")
                    .cost(5 + random.nextInt(20))
                    .route(new Route("GET", path, ""))
                    .build());
        } catch (WireException e) {
            throw new IllegalStateException(e);
        }
    }

    private Occurrence kind() {
        if (random.nextInt(8) == 0) {
            return Occurrence.ACCOUNT_PARDON;
        }
        if (random.nextInt(5) == 0) {
            return Occurrence.ACCOUNT_CREDIT;
        }
        return switch (random.nextInt(5)) {
            case 0 -> Occurrence.ACCOUNT_TIER;
            case 1 -> Occurrence.ACCOUNT_OVERRIDE;
            case 2 -> Occurrence.ACCOUNT_LISTING;
            case 3 -> Occurrence.ACCOUNT_RESET;
            default -> Occurrence.ACCOUNT_GRANT;
        };
    }

    private AccountCommand.Action action(Occurrence kind) {
        return switch (kind) {
            case ACCOUNT_TIER -> new AccountCommand.SetTier(random.nextBoolean() ? "pro" : null);
            case ACCOUNT_OVERRIDE ->
                new AccountCommand.SetOverride(
                        "per-client",
                        random.nextInt(3) == 0
                                ? null
                                : "{\"rate\":{\"tokens\":%d,\"per\":\"1s\"},\"burst\":%d}"
                                        .formatted(5 + random.nextInt(30), 5 + random.nextInt(60)));
            case ACCOUNT_LISTING ->
                new AccountCommand.SetListing(
                        random.nextInt(3) == 0
                                ? null
                                : new Profile.Listing(
                                        random.nextBoolean(),
                                        world.nowMillis() + random.nextInt(3_000),
                                        "for a while"));
            case ACCOUNT_PARDON -> new AccountCommand.Pardon(null);
            case ACCOUNT_CREDIT -> credit();
            case ACCOUNT_RESET -> new AccountCommand.Reset(random.nextBoolean() ? "per-client" : null, null);
            default -> new AccountCommand.Grant("steady", List.of(), 1 + random.nextInt(20));
        };
    }

    /** For a limit of any kind; some are refused, and change nothing. */
    private AccountCommand.Action credit() {
        String id = "order-" + random.nextInt(4);
        if (random.nextInt(5) == 0) {
            return new AccountCommand.RemoveCredit(id);
        }
        String limit =
                List.of("steady", "counter", "weighed", "steady", "slots").get(random.nextInt(5));
        long fromMillis = random.nextBoolean() ? 0 : world.nowMillis() + random.nextInt(1_000);
        long untilMillis = Math.max(fromMillis, world.nowMillis()) + 1 + random.nextInt(6_000);
        return new AccountCommand.AddCredit(new Profile.Credit(
                id,
                limit,
                List.of(),
                1 + random.nextInt(50),
                random.nextInt(3) == 0,
                fromMillis,
                random.nextInt(10) == 0 ? null : (Long) untilMillis));
    }

    /** A record that must leave a dead letter, and nothing else. */
    void sendBad() {
        BadRecord bad = BAD_RECORDS.get(random.nextInt(BAD_RECORDS.size()));
        Integer partition = bad.partition();
        byte[] key = bad.key();
        int place = partition != null || key == null
                ? (partition == null ? 0 : partition)
                : AccountPartitioner.partitionOf(key, World.REQUEST_PARTITIONS);
        world.note(Occurrence.BAD_RECORD, bad.name());
        log.append(place, key, bad.value());
    }
}
