package io.sluice.client;

import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.answer;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.ops.ProbeAnswer;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Request partitions that somebody else holds back, or changes, while front ends and the streams app run. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
final class PartitionTroubleIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String TRANSACTION_MILLIS = "14000";
    /** Longer than a slow machine takes to find it, and less than a producer asks for by itself. */
    private static final String LONG_TRANSACTION_MILLIS = "50000";

    private static final long SHORT_MILLIS = 300;
    private static final int PENDING_MAX = 100;

    @RegisterExtension
    static final BrokerExtension BROKER =
            new BrokerExtension(Map.of("transaction.max.timeout.ms", LONG_TRANSACTION_MILLIS));

    private static TestCluster cluster;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void shouldRefuseTheProducer_whenItsTransactionMayStayOpenForLong() {
        // Given: a minute, which is the default of a producer
        try (Producer<byte[], byte[]> unauthenticated = unauthenticated("60000")) {
            // When / Then
            assertThatThrownBy(unauthenticated::initTransactions)
                    .hasMessageContaining("larger than the maximum value allowed by the broker");
        }
    }

    @Test
    @Order(2)
    void shouldAnswerTheOthersAndTellThePartition_whenAStrangerLeavesATransactionOpen() {
        // Given
        String heldBack = account(i -> partitionOf(i, 2) == 0);
        String free = account(i -> partitionOf(i, 2) == 1);
        try (KafkaAdmissions admissions = connect();
                Producer<byte[], byte[]> unauthenticated = unauthenticated(TRANSACTION_MILLIS)) {
            TestCluster.awaitReady(admissions);
            unauthenticated.initTransactions();
            unauthenticated.beginTransaction();
            unauthenticated.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, 0, null, new byte[] {1}));

            // When
            unauthenticated.flush();

            // Then
            await().atMost(WITHIN)
                    .until(() -> admissions.readiness().detail().equals("request partition 0 no longer answers"));
            assertThat(admissions.readiness().ready()).isTrue();
            assertThat(verdict(admissions, admission(free, 1)).details()).isNotNull();
            assertThat(answer(admissions.admit(admission(heldBack, 1), SHORT_MILLIS)))
                    .isEqualTo(new Answer.Unavailable<>("no verdict within " + SHORT_MILLIS + " ms"));
            await().atMost(WITHIN).until(() -> heldBackRecords(0) > 0);
            assertThat(heldBackRecords(1)).isZero();

            // Then: the broker ends it
            await().atMost(WITHIN).until(() -> heldBackRecords(0) == 0);
            await().atMost(WITHIN).until(() -> admissions.readiness().detail().isEmpty());
            assertThat(verdict(admissions, admission(heldBack, 1)).details()).isNotNull();
            unauthenticated.close(Duration.ZERO);
        }
        cluster.assertAgainstLog();
    }

    @Test
    @Order(3)
    void shouldJudgeWhatWaited_whenSomebodyAbortsTheForeignTransaction() throws Exception {
        // Given
        String account = account(i -> partitionOf(i, 2) == 1);
        TopicPartition partition = new TopicPartition(TopicCatalogue.REQUESTS, 1);
        try (KafkaAdmissions admissions = connect();
                Producer<byte[], byte[]> unauthenticated = unauthenticated(LONG_TRANSACTION_MILLIS)) {
            TestCluster.awaitReady(admissions);
            unauthenticated.initTransactions();
            unauthenticated.beginTransaction();
            unauthenticated.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, 1, null, new byte[] {1}));
            unauthenticated.flush();

            // When
            CompletableFuture<Answer<AdmissionVerdict>> waiting = admissions.admit(admission(account, 1), 50_000);

            // Then: the app says so, and stays ready, since any other would have to wait as well
            await().atMost(WITHIN)
                    .until(() -> cluster.appReady()
                            .detail()
                            .equals("sluice.requests.v1-1 held back by a foreign open transaction"));
            assertThat(cluster.appReady().ok()).isTrue();
            assertThat(heldBackRecords(1)).isPositive();
            assertThat(gauge("sluice.held.back.seconds", 1)).isBetween(1.0, 60.0);
            assertThat(gauge("sluice.held.back.seconds", 0)).isZero();
            assertThat(waiting).isNotDone();

            // When: as kafka-transactions.sh abort does
            ProducerState owner = BROKER
                    .admin()
                    .describeProducers(List.of(partition))
                    .partitionResult(partition)
                    .get()
                    .activeProducers()
                    .stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .findFirst()
                    .orElseThrow();
            BROKER.admin()
                    .abortTransaction(new AbortTransactionSpec(
                            partition,
                            owner.producerId(),
                            (short) owner.producerEpoch(),
                            owner.coordinatorEpoch().orElse(0)))
                    .all()
                    .get();

            // Then
            assertThat(waiting.get(50, TimeUnit.SECONDS).orNull()).isNotNull();
            await().atMost(WITHIN).until(() -> cluster.appReady().equals(ProbeAnswer.OK));
            assertThat(gauge("sluice.held.back.seconds", 1)).isZero();
            assertThat(heldBackRecords(1)).isZero();
            unauthenticated.close(Duration.ZERO);
        }
        cluster.assertAgainstLog();
    }

    private static double heldBackRecords(int partition) {
        return gauge("sluice.held.back", partition);
    }

    private static double gauge(String name, int partition) {
        return cluster.appMeters()
                .get(name)
                .tag("partition", Integer.toString(partition))
                .gauge()
                .value();
    }

    @Test
    @Order(4)
    void shouldNotBeReadyMeanwhile_whenClientsSetTheTime() throws Exception {
        // Given
        assertThat(cluster.isAppReady()).isTrue();

        // When
        timestamps("CreateTime");

        // Then
        await().atMost(WITHIN).until(() -> !cluster.isAppReady());
        assertThat(problems()).isEqualTo(1);
        timestamps("LogAppendTime");
        await().atMost(WITHIN).until(cluster::isAppReady);
        assertThat(problems()).isZero();
    }

    private static double problems() {
        return cluster.appMeters().get("sluice.cluster.problems").gauge().value();
    }

    private static void timestamps(String type) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicCatalogue.REQUESTS);
        AlterConfigOp change =
                new AlterConfigOp(new ConfigEntry("message.timestamp.type", type), AlterConfigOp.OpType.SET);
        BROKER.admin()
                .incrementalAlterConfigs(Map.of(topic, List.of(change)))
                .all()
                .get();
    }

    @Test
    @Order(5)
    void shouldBlameTheClusterAndNotTheCaller_whenTheRequestTopicHasMorePartitions() throws Exception {
        // Given: an account that a front end of now places where another streams app's partition was
        String misplaced = account(i -> partitionOf(i, 3) == 0 && partitionOf(i, 2) == 1);
        BROKER.admin()
                .createPartitions(Map.of(TopicCatalogue.REQUESTS, NewPartitions.increaseTo(3)))
                .all()
                .get();

        // When
        await().atMost(WITHIN).until(() -> !cluster.isAppReady());
        try (KafkaAdmissions newBucket = connect()) {
            await().atMost(WITHIN).until(() -> unavailable(newBucket, misplaced).contains("another number"));

            // Then
            assertThat(unavailable(newBucket, misplaced))
                    .startsWith("sluice.requests.v1 has 3 partitions for this front end and another number for the"
                            + " streams apps: partition 0 (expected: 1,");
            assertThat(newBucket.readiness().ready()).isFalse();
            assertThat(newBucket.readiness().detail()).contains("another number for the streams apps");
        }
        assertThat(problems()).isEqualTo(1);
    }

    private static String unavailable(Admissions admissions, String account) {
        Answer<AdmissionVerdict> answer = answer(admissions.admit(admission(account, 1), 1_000));
        assertThat(answer).isInstanceOf(Answer.Unavailable.class);
        return ((Answer.Unavailable<AdmissionVerdict>) answer).detail();
    }

    private static KafkaAdmissions connect() {
        return KafkaAdmissions.connect(cluster.config(PENDING_MAX, FailurePolicy.ERROR), new SimpleMeterRegistry());
    }

    private static int partitionOf(int account, int partitions) {
        return AccountPartitioner.partitionOf("account-" + account, partitions);
    }

    private static String account(IntPredicate fits) {
        return "account-" + IntStream.range(0, 1_000).filter(fits).findFirst().orElseThrow();
    }

    private static Producer<byte[], byte[]> unauthenticated(String transactionMillis) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.bootstrapServers(),
                        "transactional.id",
                        "stranger",
                        "transaction.timeout.ms",
                        transactionMillis),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
