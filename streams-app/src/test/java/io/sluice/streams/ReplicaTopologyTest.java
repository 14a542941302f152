package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.state.LogPosition;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.replica.ReplicaConfig;
import io.sluice.streams.replica.ReplicaMeters;
import io.sluice.streams.replica.ReplicaProcessor;
import io.sluice.streams.replica.ReplicaStart;
import io.sluice.streams.store.RocksDbMemory;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a replica says what the streams app says, and does nothing else. */
final class ReplicaTopologyTest {
    private static final long SEED = 20_261_130L;
    private static final int REQUESTS = 400;
    private static final int REPLY_PARTITIONS = 2;
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
    private static final long START_MILLIS = TopologyFixture.START_MILLIS;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":2,\"per\":\"1s\"},\"burst\":%d},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":9,\"per\":\"1s\"},\"burst\":40}]}";

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<KeyValue<TopicPartition, Long>> seeks = new ArrayList<>();
    private long logEnd;

    private record Line(byte[] key, byte[] value, long millis) {}

    /** One application over one partition. */
    private static final class App implements AutoCloseable {
        private final RocksDbMemory memory;
        private final TopologyTestDriver driver;
        private final TestInputTopic<byte[], byte[]> requests;
        private final TestOutputTopic<byte[], byte[]> replies;

        App(Topology topology, Properties properties, RocksDbMemory memory) {
            this.memory = memory;
            driver = new TopologyTestDriver(topology, properties, Instant.ofEpochMilli(START_MILLIS));
            requests = driver.createInputTopic(
                    TopicCatalogue.REQUESTS, new ByteArraySerializer(), new ByteArraySerializer());
            replies = driver.createOutputTopic(
                    TopicCatalogue.REPLIES, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        void read(List<Line> log) {
            log.forEach(line -> requests.pipeInput(
                    new TestRecord<>(line.key(), line.value(), Instant.ofEpochMilli(line.millis()))));
        }

        /** Names and contents, in their order. */
        List<String> replies() {
            return replies.readRecordsToList().stream()
                    .map(reply -> text(reply.key()) + " " + text(reply.value()))
                    .toList();
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        List<KeyValue<Bytes, byte[]>> changelog() {
            return driver
                    .createOutputTopic(CHANGELOG, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList()
                    .stream()
                    .map(entry -> KeyValue.pair(Bytes.wrap(entry.key()), entry.value()))
                    .toList();
        }

        void passTime(Duration time) {
            driver.advanceWallClockTime(time);
        }

        Set<String> written() {
            return driver.producedTopicNames();
        }

        @Override
        public void close() {
            driver.close();
            memory.close();
        }
    }

    private App primary() {
        RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1);
        StreamsAppConfig config = config("primary", /* replica= */ null);
        return new App(
                AdmissionTopology.build(admission(), new AdmissionMetrics(new SimpleMeterRegistry()), Runnable::run),
                StreamsProperties.of(config, memory),
                memory);
    }

    private App replica(ReplicaStart start) {
        RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1);
        StreamsAppConfig config = config("replica", ReplicaConfig.standard());
        Properties properties = StreamsProperties.of(config, memory);
        AppRole.of(config, new SimpleMeterRegistry()).adapt(properties);
        return new App(
                ReplicaTopology.build(
                        admission(),
                        new AdmissionMetrics(ReplicaMeters.view(registry)),
                        Runnable::run,
                        OpenTelemetry.noop(),
                        new ReplicaProcessor.Parts(
                                Objects.requireNonNull(config.replica()),
                                start,
                                (partition, offset) -> seeks.add(KeyValue.pair(partition, offset)),
                                partition -> logEnd,
                                new ReplicaMeters(registry))),
                properties,
                memory);
    }

    private StreamsAppConfig config(String name, ReplicaConfig replica) {
        return new StreamsAppConfig(
                Map.of("bootstrap.servers", "none:1", "replication.factor", "1"),
                directory.resolve(name),
                TestKeys.TRUSTED,
                /* rulesKey= */ null,
                List.of(),
                StreamsAppConfig.Limits.standard(),
                replica);
    }

    private static AdmissionConfig admission() {
        return new AdmissionConfig(
                1,
                REPLY_PARTITIONS,
                TestKeys.TRUSTED,
                TopologyFixture.SWEEP_INTERVAL,
                100,
                1_000,
                (partition, reason) -> {},
                MessageKey.of(TestKeys.RULES, OracleConfig.PLACE));
    }

    private static ReplicaStart from(List<KeyValue<Bytes, byte[]>> changelog) {
        return (partition, store) -> {
            store.clear();
            store.load(changelog);
            return store.position();
        };
    }

    /** Everything that a partition sees: requests of all kinds, rules, commands, and what is no request. */
    private static List<Line> log() throws Exception {
        List<Line> log = new ArrayList<>();
        RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));
        List<BadRecord> bad = BadRecords.all(1, REPLY_PARTITIONS);
        log.add(rules(1, 20));
        for (int i = 0; i < REQUESTS; i++) {
            long millis = START_MILLIS + 40L * i;
            AdmissionRequest request = generator.next();
            log.add(line(request, i, millis));
            if (i % 9 == 0) {
                log.add(line(
                        LeaseRequest.checked(AdmissionRequest.of("account-1/a").build(), 5, 500), i, millis));
            }
            if (i % 10 == 0) {
                // It holds its tokens until the next one settles it, or until it expires.
                log.add(line(
                        AdmissionRequest.of("account-2/a").reserveMillis(300).build(), i, millis));
                DecisionId held = DecisionId.parse("id", "0-" + (log.size() - 1));
                ClientId client = ClientId.parse("clientId", "account-2/a");
                log.add(line(SettleRequest.cancel(client, held), i, millis + 20L * (i % 3) * 10));
            }
            if (i % 11 == 0) {
                log.add(line(new QuotaQuery(request.clientId()), i, millis));
                log.add(line(new Ping(), i, millis));
            }
            if (i % 13 == 0) {
                BadRecord next = bad.get(i / 13 % bad.size());
                log.add(new Line(next.key(), next.value(), millis));
            }
            if (i % 50 == 0) {
                log.add(command(i / 50, millis));
            }
            if (i == REQUESTS * 2 / 3) {
                log.add(rules(2, 7));
            }
        }
        return log;
    }

    private static Line rules(long revision, int burst) {
        String document = TopologyFixture.activation(revision, RULES.formatted(burst));
        return new Line(null, RequestCodec.encode(TestKeys.RULES.sign(SignedKind.RULES, document)), START_MILLIS);
    }

    private static Line line(Request request, int number, long millis) {
        ClientId client = request.clientId();
        return new Line(
                client == null ? null : client.account().getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(request.repliedTo(new ReplyAddress(number % REPLY_PARTITIONS, "c-" + number))),
                millis);
    }

    private static Line command(long version, long millis) throws Exception {
        AccountCommand.Action listing =
                new AccountCommand.SetListing(new Profile.Listing(version % 2 == 0, null, "see billing"));
        AccountCommand command = AccountCommandSamples.of("account-0", version, listing)
                .repliedTo(new ReplyAddress(0, "command-" + version));
        return new Line("account-0".getBytes(StandardCharsets.UTF_8), TopologyFixture.signed(command), millis);
    }

    @Test
    void shouldReplyAsTheAppDoesAndWriteNothingElse_whenItBeginsWithTheLog() throws Exception {
        // Given
        List<Line> log = log();
        try (App primary = primary();
                App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            // When: their clean-ups run at different times
            for (int i = 0; i < log.size(); i += 30) {
                List<Line> piece = log.subList(i, Math.min(i + 30, log.size()));
                primary.read(piece);
                primary.passTime(TopologyFixture.SWEEP_INTERVAL);
                replica.read(piece);
            }

            // Then
            List<String> replies = primary.replies();
            assertThat(replies).hasSizeGreaterThan(REQUESTS);
            assertThat(replica.replies()).as("seed %d", SEED).isEqualTo(replies);
            assertThat(replica.written()).containsExactly(TopicCatalogue.REPLIES);
            assertThat(primary.written())
                    .contains(TopicCatalogue.DECISIONS, TopicCatalogue.ACCOUNTS, TopicCatalogue.DEAD_LETTERS);
            assertThat(registry.find("sluice.decisions").counters()).isEmpty();
            assertThat(registry.get("sluice.ruleset.revision").gauge().value()).isEqualTo(2);
        }
    }

    @Test
    void shouldReplyToWhatFollows_whenItBeginsWithTheStateOfTheApp() throws Exception {
        // Given: the state in the middle of the log
        List<Line> log = log();
        int middle = log.size() / 2;
        try (App primary = primary()) {
            primary.read(log.subList(0, middle));
            List<String> unused = primary.replies();

            // When: it gets what lies in the state once more
            try (App replica = replica(from(primary.changelog()))) {
                replica.read(log);
                primary.read(log.subList(middle, log.size()));

                // Then: it goes to where the state ends, and says nothing about what is in it
                assertThat(seeks)
                        .containsExactly(KeyValue.pair(new TopicPartition(TopicCatalogue.REQUESTS, 0), (long) middle));
                assertThat(replica.replies()).as("seed %d", SEED).isEqualTo(primary.replies());
                assertThat(replica.written()).containsExactly(TopicCatalogue.REPLIES);
            }
        }
    }

    @Test
    void shouldForgetWhatItHad_whenItBeginsAgain() throws Exception {
        // Given: a store with all that an earlier start left
        List<Line> log = log();
        List<KeyValue<Bytes, byte[]>> earlier;
        try (App primary = primary()) {
            primary.read(log);
            earlier = primary.changelog();
        }
        ReplicaStart again = (partition, store) -> {
            store.load(earlier);
            return from(List.of()).load(partition, store);
        };

        // When: it begins with the state of an app that has decided nothing
        try (App primary = primary();
                App replica = replica(again)) {
            primary.read(log);
            replica.read(log);

            // Then
            assertThat(replica.replies()).as("seed %d", SEED).isEqualTo(primary.replies());
        }
    }

    @Test
    void shouldWithholdReplies_whileItIsTooFarBehind() throws Exception {
        // Given
        try (App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            replica.read(List.of(rules(1, 20)));
            List<String> unused = replica.replies();
            AdmissionRequest request = AdmissionRequest.of("acme/ada").build();

            // When: behind the second request there are as many records as may be
            logEnd = 3 + ReplicaConfig.standard().behindRecordsMax();
            replica.read(List.of(line(request, 1, START_MILLIS), line(request, 2, START_MILLIS)));

            // Then
            assertThat(replica.replies()).singleElement().asString().startsWith("c-2 ");
            assertThat(registry.get("sluice.replica.replies.withheld").counter().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldReply_howeverWrongTheClocksAre() throws Exception {
        // Given: a replica at the end of the log, whose clock is an hour ahead of the broker's
        try (App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            replica.read(List.of(rules(1, 20)));
            List<String> unused = replica.replies();
            replica.passTime(Duration.ofHours(1));
            AdmissionRequest request = AdmissionRequest.of("acme/ada").build();

            // When: the log goes on, with a broker that is slow by another hour
            logEnd = 3;
            replica.read(List.of(
                    line(request, 1, START_MILLIS),
                    line(request, 2, START_MILLIS - Duration.ofHours(1).toMillis())));

            // Then
            assertThat(replica.replies()).hasSize(2);
            assertThat(registry.get("sluice.replica.replies.withheld").counter().count())
                    .isZero();
        }
    }

    @Test
    void shouldPassRevocationsOn_howeverFarBehindItIs() {
        // Given
        try (App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            logEnd = 1_000_000;

            // When
            replica.read(List.of(rules(1, 20)));

            // Then: one for each reply partition
            assertThat(replica.replies()).hasSize(REPLY_PARTITIONS);
        }
    }

    @Test
    void shouldSayNothingMoreOfAPartition_whenItCannotProveAMessageThere() throws Exception {
        // Given: a message by a key that the replica does not have; the streams app may have it
        VoucherEnds ends = new VoucherEnds(0, 1_000_000, 0, /* part= */ 0, List.of());
        byte[] unproven = RequestCodec.encode(
                MessageKey.of(TestKeys.UNAUTHENTICATED, OracleConfig.PLACE).sign(PartitionMessageCodec.encode(ends)));
        AdmissionRequest request = AdmissionRequest.of("acme/ada").build();
        try (App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            replica.read(List.of(rules(1, 20), line(request, 1, START_MILLIS)));
            assertThat(replica.replies()).hasSize(REPLY_PARTITIONS + 1);

            // When
            replica.read(List.of(new Line(null, unproven, START_MILLIS), line(request, 2, START_MILLIS)));

            // Then: but for revocations
            assertThat(replica.replies()).isEmpty();
            assertThat(registry.get("sluice.replica.partitions.in.doubt")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            replica.read(List.of(rules(2, 7)));
            assertThat(replica.replies()).hasSize(REPLY_PARTITIONS);
        }
        assertThat(registry.get("sluice.replica.partitions.in.doubt").gauge().value())
                .isZero();
    }

    @Test
    void shouldNotTellTheCaller_whenItCannotProveARequestBetweenPartitions() {
        // Given
        TravellingRequest home = new TravellingRequest(
                0,
                1_000_000,
                0,
                1,
                START_MILLIS,
                /* follows= */ false,
                "acme",
                "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}",
                List.of(),
                List.of(),
                /* wish= */ 0);
        byte[] unproven = RequestCodec.encode(
                MessageKey.of(TestKeys.UNAUTHENTICATED, OracleConfig.PLACE).sign(PartitionMessageCodec.encode(home)));
        List<Line> log = List.of(new Line("acme".getBytes(StandardCharsets.UTF_8), unproven, START_MILLIS));
        try (App primary = primary();
                App replica = replica((partition, store) -> LogPosition.BEGINNING)) {
            // When
            primary.read(log);
            replica.read(log);

            // Then: the streams app tells it
            assertThat(primary.replies()).hasSize(1);
            assertThat(replica.replies()).isEmpty();
        }
    }
}
