package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.guarantee.NeverOverAdmit;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Credits that come, are used and end, on a real broker and RocksDB, over a restart; held against the log. */
final class CreditFlowIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 1;
    private static final long SEED = 20_261_130L;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"calls\",\"scope\":\"account\",\"rate\":{\"tokens\":20,\"per\":\"1s\"},\"burst\":10,"
            + "\"overdraft\":5,\"refunds\":true},"
            + "{\"id\":\"hourly\",\"scope\":\"client\",\"algorithm\":\"fixed-window\",\"limit\":100,"
            + "\"window\":{\"per\":\"1h\"}}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Long> versions = new HashMap<>();
    private final List<byte[]> sent = new ArrayList<>();
    private long sequence;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAgreeWithTheLog_whenCreditsAreUsedOverARestart(@TempDir Path stateDir) throws Exception {
        // Given
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);

            // When
            for (int run = 0; run < 2; run++) {
                try (StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir.resolve("run" + run))) {
                    traffic(writer, 600);
                    RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
                    assertThat(app.hasFailed()).isFalse();
                }
            }
        }

        // Then
        LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        assertThat(oracle.expectedChanges()).as("seed %d", SEED).isGreaterThan(10);
        // Buckets refill by the clock, so how much is left to credits differs from run to run.
        assertThat(paidByCredits()).as("seed %d", SEED).isGreaterThan(5);
    }

    /** Of the decisions, which keep the bound of the limit itself. */
    private static long paidByCredits() throws WireException {
        Map<Integer, List<DecisionRecord>> byPartition = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.readAll(
                BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)) {
            byPartition
                    .computeIfAbsent(record.partition(), absent -> new ArrayList<>())
                    .add(DecisionCodec.read(record.value()));
        }
        long paid = 0;
        for (List<DecisionRecord> records : byPartition.values()) {
            new NeverOverAdmit(Map.of("calls", new LimitBound(10, 20, 1_000, 5))).checkRecords(records);
            paid += records.stream()
                    .filter(record -> record instanceof Decision)
                    .flatMap(record -> ((Decision) record).details().limits().stream())
                    .filter(limit -> limit.paidByCredits() > 0)
                    .count();
        }
        return paid;
    }

    private void traffic(TopicWriter writer, int records) throws WireException {
        for (int i = 0; i < records; i++) {
            sequence++;
            String account = "account-" + random.nextInt(4);
            switch (random.nextInt(14)) {
                case 0 -> change(writer, account);
                case 1 -> repeat(writer);
                case 2 ->
                    writer.ask(BatchRequest.checked(
                                    List.of(
                                            AdmissionRequest.of(account).cost(2).build(),
                                            AdmissionRequest.of(account + "/1")
                                                    .cost(3)
                                                    .build()),
                                    null,
                                    null)
                            .repliedTo(reply()));
                case 3 ->
                    writer.ask(AdmissionRequest.of(account)
                            .cost(random.nextLong(9))
                            .mode(random.nextBoolean() ? RequestMode.CHARGE : RequestMode.REFUND)
                            .build()
                            .repliedTo(reply()));
                default -> {
                    AdmissionRequest.Builder admission = AdmissionRequest.of(account + "/" + random.nextInt(2))
                            .cost(random.nextLong(8));
                    if (random.nextInt(4) == 0) {
                        admission.reserveMillis(1 + random.nextInt(800));
                    } else if (random.nextInt(4) == 0) {
                        admission.idempotencyKey("k-" + random.nextInt(30));
                    }
                    writer.ask(admission.build().repliedTo(reply()));
                }
            }
        }
    }

    private ReplyAddress reply() {
        return new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "a-" + sequence);
    }

    private void change(TopicWriter writer, String account) {
        long version = versions.merge(account, 1L, Long::sum) - 1;
        boolean ofClient = random.nextBoolean();
        AccountCommand.Action action = version > 0 && random.nextInt(5) == 0
                ? new AccountCommand.RemoveCredit("order-" + (version - 1))
                : new AccountCommand.AddCredit(new Profile.Credit(
                        "order-" + version,
                        ofClient ? "hourly" : "calls",
                        ofClient ? List.of(account + "/1") : List.of(),
                        1 + random.nextInt(40),
                        random.nextInt(3) == 0,
                        0,
                        random.nextBoolean() ? null : (Long) (System.currentTimeMillis() + 500)));
        byte[] record = RequestCodec.encode(
                AccountCommandSamples.signed(TestKeys.COMMANDS, AccountCommandSamples.of(account, version, action)));
        sent.add(record);
        writer.send(TopicCatalogue.REQUESTS, null, account.getBytes(StandardCharsets.UTF_8), record);
    }

    /** What somebody recorded, once more. */
    private void repeat(TopicWriter writer) throws WireException {
        if (!sent.isEmpty()) {
            byte[] key = ("account-" + random.nextInt(4)).getBytes(StandardCharsets.UTF_8);
            writer.send(TopicCatalogue.REQUESTS, null, key, sent.get(random.nextInt(sent.size())));
        }
    }
}
