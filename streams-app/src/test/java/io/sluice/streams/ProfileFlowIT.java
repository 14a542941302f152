package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.AccountCommand.Action;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accounts that change in the midst of traffic, on a real broker and real RocksDB, over restarts with and without
 * state.
 */
final class ProfileFlowIT {
    private static final int REQUEST_PARTITIONS = 3;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_121L;
    private static final List<String> ACCOUNTS = List.of("acme", "beta", "gamma");
    private static final String RULES = "{\"tiers\":[\"free\",\"pro\"],\"brownOut\":{\"active\":true,"
            + "\"tiers\":[\"free\"],\"scale\":\"50%\"},\"limits\":["
            + "{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":9,\"per\":\"1s\"},\"burst\":30},"
            + "{\"id\":\"b\",\"scope\":\"account\",\"algorithm\":\"sliding-window-log\",\"limit\":100,"
            + "\"window\":{\"per\":\"2s\"}},"
            + "{\"id\":\"c\",\"scope\":\"account\",\"algorithm\":\"concurrency\",\"limit\":90,\"ttl\":\"900ms\"}]}";
    private static final String OVERRIDE = "{\"rate\":{\"tokens\":3,\"per\":\"1s\"},\"burst\":12}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Tracked> byAccount = new HashMap<>();
    private final List<byte[]> sent = new ArrayList<>();
    private long sequence;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAgreeWithTheLog_whenAccountsChangeOverRestarts(@TempDir Path stateDir) throws Exception {
        // Given
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);

            // When
            for (int run = 0; run < 3; run++) {
                try (StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir)) {
                    traffic(writer, 500);
                    if (run == 1) {
                        writer.broadcast(
                                TestKeys.RULES.sign(
                                        SignedKind.RULES, TopologyFixture.activation(2, RULES.replace("50%", "25%"))),
                                REQUEST_PARTITIONS);
                    }
                    traffic(writer, 300);
                    RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
                    assertThat(app.hasFailed()).isFalse();
                }
                if (run == 1) {
                    delete(stateDir);
                }
            }
        }

        // Then
        LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        assertThat(oracle.expectedChanges()).as("seed %d", SEED).isGreaterThan(100);
        assertThat(oracle.deadLetters()).as("seed %d", SEED).isNotEmpty();
    }

    private void traffic(TopicWriter writer, int records) throws WireException {
        for (int i = 0; i < records; i++) {
            sequence++;
            int kind = random.nextInt(20);
            if (kind < 3) {
                change(writer);
            } else if (kind == 3 && !sent.isEmpty()) {
                // What somebody recorded is sent again, to any partition.
                byte[] again = sent.get(random.nextInt(sent.size()));
                byte[] key = one(ACCOUNTS).getBytes(StandardCharsets.UTF_8);
                writer.send(TopicCatalogue.REQUESTS, random.nextInt(REQUEST_PARTITIONS), key, again);
            } else {
                ask(writer);
            }
        }
    }

    private void ask(TopicWriter writer) throws WireException {
        String client = one(ACCOUNTS) + (random.nextBoolean() ? "/worker" : "");
        AdmissionRequest.Builder admission = AdmissionRequest.of(client).cost(random.nextLong(4));
        ReplyAddress address = new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "a-" + sequence);
        if (random.nextInt(3) == 0) {
            admission.reserveMillis(1 + random.nextInt(800));
        }
        writer.ask(admission.build().repliedTo(address));
    }

    private void change(TopicWriter writer) {
        String account = one(ACCOUNTS);
        Tracked tracked = byAccount.computeIfAbsent(account, absent -> new Tracked());
        boolean stale = tracked.version > 0 && random.nextInt(6) == 0;
        AccountCommand command = new AccountCommand(
                account,
                "c-" + sequence,
                "testkit",
                "a test",
                stale ? tracked.version - 1 : tracked.version++,
                stale ? new AccountCommand.Reset(null, null) : action(account, tracked),
                new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "p-" + sequence));
        byte[] record = RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command));
        sent.add(record);
        writer.send(TopicCatalogue.REQUESTS, null, account.getBytes(StandardCharsets.UTF_8), record);
    }

    /** An account as its sender knows it: what it wants is always a change. */
    private static final class Tracked {
        private long version;
        private boolean isPro;
        private boolean isOverridden;
        private boolean isListed;
    }

    private Action action(String account, Tracked tracked) {
        if (tracked.isListed) {
            tracked.isListed = false;
            return new AccountCommand.SetListing(null);
        }
        switch (random.nextInt(6)) {
            case 0:
                tracked.isPro = !tracked.isPro;
                return new AccountCommand.SetTier(tracked.isPro ? "pro" : null);
            case 1:
                tracked.isOverridden = !tracked.isOverridden;
                return new AccountCommand.SetOverride("a", tracked.isOverridden ? OVERRIDE : null);
            case 2:
                return new AccountCommand.Reset(random.nextBoolean() ? "a" : null, null);
            case 3:
                return new AccountCommand.Reset("a", List.of(account + "/worker"));
            case 4:
                tracked.isListed = true;
                return new AccountCommand.SetListing(new Profile.Listing(random.nextBoolean(), null, "for a moment"));
            default:
                return new AccountCommand.Grant("a", List.of(account), 1 + random.nextInt(9));
        }
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
