package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Holds on a real broker and real RocksDB: kept over restarts, settled after them, expired in between. */
final class HoldFlowIT {
    private static final int REQUEST_PARTITIONS = 3;
    private static final int REPLY_PARTITIONS = 2;
    private static final long TEN_MINUTES = 600_000;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":9,\"per\":\"1s\"},\"burst\":30},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"algorithm\":\"sliding-window-log\",\"limit\":400,"
            + "\"window\":{\"per\":\"2s\"}},"
            + "{\"id\":\"in-flight\",\"scope\":\"account\",\"algorithm\":\"concurrency\",\"limit\":200,"
            + "\"ttl\":\"1500ms\"}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SplittableRandom random = new SplittableRandom(20_261_121L);
    private final List<SettleRequest> open = new ArrayList<>();
    private long sequence;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAgreeWithTheLog_whenHoldsLiveThroughRestarts(@TempDir Path stateDir) throws Exception {
        // Given
        List<RequestRecord> late = new ArrayList<>();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);

            // When the app is restarted on its state, and on none, with reservations open
            runWith(stateDir, () -> {
                late.add(commit(reserve(writer, "patient/a", TEN_MINUTES), "patient/a"));
                late.add(commit(reserve(writer, "patient/b", TEN_MINUTES), "patient/b"));
                reserve(writer, "forgetful", 1);
                traffic(writer, 400);
            });
            runWith(stateDir, () -> {
                writer.ask(late.get(0));
                traffic(writer, 400);
            });
            delete(stateDir);
            runWith(stateDir, () -> {
                writer.ask(late.get(0));
                writer.ask(late.get(1));
                traffic(writer, 300);
                sendMalformed(writer);
                RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
            });
        }

        // Then
        LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
        DecisionHistory history = DecisionHistory.read(BROKER.bootstrapServers());
        history.assertGuarantees(oracle, Map.of("per-client", new LimitBound(30, 9, 1_000)), TEN_MINUTES);
        assertThat(history.settlements().stream()
                        .filter(end -> end.clientId().account().equals("patient") && !end.slots())
                        .map(end -> end.clientId() + " " + end.outcome() + " " + end.returned()))
                .containsExactlyInAnyOrder("patient/a COMMITTED 2", "patient/b COMMITTED 2");
        for (Settlement.Outcome outcome : Settlement.Outcome.values()) {
            assertThat(history.settlements().stream().filter(end -> end.outcome() == outcome))
                    .as("%s", outcome)
                    .hasSizeGreaterThan(20);
        }
        assertThat(oracle.deadLetters()).hasSize(1);
    }

    private static DecisionId reserve(TopicWriter writer, String clientId, long millis) throws WireException {
        return id(writer.ask(AdmissionRequest.of(clientId)
                .cost(3)
                .reserveMillis(millis)
                .build()
                .repliedTo(new ReplyAddress(0, "reserve-" + clientId))));
    }

    private static DecisionId id(RecordMetadata record) {
        return new DecisionId(record.partition(), record.offset());
    }

    private static RequestRecord commit(DecisionId id, String clientId) throws WireException {
        return SettleRequest.commit(ClientId.parse("clientId", clientId), id, 1)
                .repliedTo(new ReplyAddress(1, "late-" + clientId));
    }

    private void traffic(TopicWriter writer, int records) throws WireException {
        for (int i = 0; i < records; i++) {
            sequence++;
            if (!open.isEmpty() && random.nextInt(5) < 2) {
                // The ones that stay in the list are settled again, or too late.
                int index = random.nextInt(open.size());
                SettleRequest settle = random.nextBoolean() ? open.remove(index) : open.get(index);
                writer.ask(settle.repliedTo(new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "s-" + sequence)));
            } else {
                ask(writer);
            }
        }
    }

    private void ask(TopicWriter writer) throws WireException {
        String account = "account-" + random.nextInt(5);
        ClientId client = ClientId.parse("clientId", random.nextBoolean() ? account : account + "/worker");
        long cost = random.nextLong(4);
        AdmissionRequest.Builder admission = AdmissionRequest.of(client.text()).cost(cost);
        ReplyAddress address = new ReplyAddress(random.nextInt(REPLY_PARTITIONS), "a-" + sequence);
        if (random.nextInt(4) != 0) {
            admission.reserveMillis(1 + random.nextInt(random.nextBoolean() ? 400 : 60_000));
        }
        DecisionId id = id(writer.ask(admission.build().repliedTo(address)));
        // One too many now and then; and not every one of these holds what it is said to.
        open.add(
                switch (random.nextInt(3)) {
                    case 0 -> SettleRequest.commit(client, id, random.nextLong(cost + 2));
                    case 1 -> SettleRequest.cancel(client, id);
                    default -> SettleRequest.release(client, id);
                });
        if (open.size() > 40) {
            open.remove(0);
        }
    }

    private static void sendMalformed(TopicWriter writer) {
        writer.send(
                TopicCatalogue.REQUESTS,
                null,
                "patient".getBytes(StandardCharsets.UTF_8),
                "{\"v\":1,\"type\":\"commit\",\"clientId\":\"patient\",\"reservationId\":\"x\",\"cost\":1}"
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Something to do while the app runs. */
    @FunctionalInterface
    private interface Body {
        void run() throws Exception;
    }

    private static void runWith(Path stateDir, Body body) throws Exception {
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try {
            body.run();
        } finally {
            app.close();
        }
        assertThat(app.hasFailed()).isFalse();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
