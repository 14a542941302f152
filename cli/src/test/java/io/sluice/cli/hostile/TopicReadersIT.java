package io.sluice.cli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.kafka.DecisionsCommand;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every reader of every topic reads on, whatever lies on the topic. */
final class TopicReadersIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_129;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private static Path stateDir;

    private static WholeCluster cluster;

    /** What is asked of the readers of a topic after hostile records were written to it. */
    @FunctionalInterface
    private interface Proof {
        void hold() throws Exception;
    }

    /** A new topic needs an entry here, with all of its readers. */
    private static Map<String, Proof> proofs() {
        Map<String, Proof> proofs = new LinkedHashMap<>();
        proofs.put(TopicCatalogue.REQUESTS, TopicReadersIT::everyPartitionAnswers);
        proofs.put(TopicCatalogue.REPLIES, TopicReadersIT::repliesAreRead);
        proofs.put(TopicCatalogue.DECISIONS, TopicReadersIT::decisionsAreReadOn);
        proofs.put(TopicCatalogue.USAGE_QUERIES, TopicReadersIT::usageIsToldOf);
        proofs.put(TopicCatalogue.RULES, () -> rulesAndAuditAreRead(TopicCatalogue.RULES));
        proofs.put(TopicCatalogue.AUDIT, () -> rulesAndAuditAreRead(TopicCatalogue.AUDIT));
        proofs.put(TopicCatalogue.RULES_COMMANDS, cluster()::activate);
        proofs.put(TopicCatalogue.ALERTS, TopicReadersIT::alertsArePosted);
        // Written for others; nobody of Sluice reads them.
        for (String topic : List.of(TopicCatalogue.ACCOUNTS, TopicCatalogue.USAGE, TopicCatalogue.DEAD_LETTERS)) {
            proofs.put(topic, TopicReadersIT::everyPartitionAnswers);
        }
        return proofs;
    }

    private static WholeCluster cluster() {
        return cluster;
    }

    static Stream<TopicSpec> topics() {
        return TopicCatalogue.topics(REQUEST_PARTITIONS, REPLY_PARTITIONS).stream();
    }

    @BeforeAll
    static void start() throws Exception {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        cluster = WholeCluster.start(BROKER.bootstrapServers(), stateDir);
    }

    @AfterAll
    static void stop() {
        cluster.assertAlive();
        cluster.close();
    }

    @Test
    void shouldHaveAProof_whenThereIsATopic() {
        // Given
        // When / Then
        assertThat(proofs().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        topics().map(TopicSpec::name).toList());
    }

    @ParameterizedTest
    @MethodSource("topics")
    void shouldReadOn_whenTheTopicHoldsWhatItShouldNot(TopicSpec topic) throws Exception {
        // Given
        Proof proof = proofs().get(topic.name());

        // When
        int written = writeHostile(topic);

        // Then
        assertThat(written).as("seed %s", SEED).isPositive();
        proof.hold();
        cluster.assertAlive();
    }

    private static int writeHostile(TopicSpec topic) throws Exception {
        int taken = 0;
        try (HostileWriter writer = new HostileWriter(BROKER.bootstrapServers())) {
            // One by one: a broker refuses a whole batch for one record that a compacted topic cannot hold.
            for (ProducerRecord<byte[], byte[]> record : HostileRecords.ofEachKind(topic, SEED)) {
                taken += HostileWriter.isTaken(writer.send(record)) ? 1 : 0;
            }
        }
        return taken;
    }

    private static void everyPartitionAnswers() throws Exception {
        for (String account : List.of("acme", "globex", "initech", "umbrella")) {
            assertThat(cluster.verdict(account, 0).details()).as(account).isNotNull();
        }
    }

    /** The front end and its control plane may read different partitions; hostile records are on both. */
    private static void repliesAreRead() throws Exception {
        everyPartitionAnswers();
        cluster.activate();
        assertSkipped(TopicCatalogue.REPLIES, "tombstone", "too-large");
    }

    /** By those that run, and by those that begin at the first record. */
    private static void rulesAndAuditAreRead(String topic) throws Exception {
        cluster.activate();
        assertSkipped(topic, "tombstone", "too-large", "version", "malformed", "untrusted");
        cluster.restartReaders();
        long revision = cluster.activate();
        cluster.activate();
        assertThat(cluster.followed).endsWith(revision, revision + 1);
    }

    private static void assertSkipped(String topic, String... causes) {
        for (String cause : causes) {
            Awaitility.await(topic + " " + cause)
                    .atMost(WholeCluster.WITHIN)
                    .until(() -> cluster.skipped(topic, cause) > 0);
        }
    }

    private static void decisionsAreReadOn() throws Exception {
        decisionsArePrinted();
        usageIsToldOf();
    }

    /** An alert behind all of them arrives. */
    private static void alertsArePosted() throws Exception {
        byte[] alert = AlertCodec.encode(
                new ThresholdAlert("0-1", "acme", "behind", "", 800, 16, 20, true, 1, System.currentTimeMillis()));
        try (HostileWriter writer = new HostileWriter(BROKER.bootstrapServers())) {
            assertThat(HostileWriter.isTaken(writer.send(new ProducerRecord<>(TopicCatalogue.ALERTS, alert))))
                    .isTrue();
        }
        Awaitility.await("the webhook")
                .atMost(WholeCluster.WITHIN)
                .until(() -> cluster.posted.contains(new String(alert, StandardCharsets.UTF_8)));
        assertSkipped(TopicCatalogue.ALERTS, "tombstone", "malformed");
    }

    /** The roll-ups of every account's partition count on, and answer. */
    private static void usageIsToldOf() throws Exception {
        for (String account : List.of("acme", "globex", "initech", "umbrella")) {
            long before = cluster.counted(account);
            cluster.verdict(account, 0);
            Awaitility.await("usage of " + account)
                    .atMost(WholeCluster.WITHIN)
                    .until(() -> cluster.counted(account) > before);
        }
    }

    private static void decisionsArePrinted() throws Exception {
        // Given a decision behind all of them
        String decisionId = cluster.verdict("acme/behind", 1).decisionId();
        Awaitility.await()
                .atMost(WholeCluster.WITHIN)
                .until(() ->
                        TopicReader.readAll(
                                        BROKER.bootstrapServers(),
                                        TopicCatalogue.DECISIONS,
                                        IsolationLevel.READ_COMMITTED)
                                .stream()
                                .anyMatch(record -> record.value() != null
                                        && new String(record.value(), StandardCharsets.UTF_8).contains(decisionId)));
        StringWriter out = new StringWriter();

        // When
        int code = new CommandLine(new DecisionsCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--bootstrap-servers", BROKER.bootstrapServers(), "--last", "1000");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString().lines())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{\"v\":1,") && line.endsWith("}"))
                .anyMatch(line -> line.contains("\"" + decisionId + "\""));
    }
}
