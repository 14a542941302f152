package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.KafkaRole;
import io.sluice.schemas.topic.TopicAccess;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** With the access lists that {@code sluice topics acls} prints, each role can do its work and nothing else. */
final class AclIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int BURST = 50;
    /** An internal topic and a transactional ID as those of the streams app begin. */
    private static final String INTERNAL = "sluice-matrix-changelog";

    private static final String TRANSACTIONAL_ID = "sluice-matrix-0";

    @RegisterExtension
    static final BrokerExtension BROKER = SecuredBroker.extension();

    @TempDir
    private static Path directory;

    private static SecuredBroker broker;
    private static SecuredCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        broker = SecuredBroker.withUsers(BROKER);
        assertThat(AclScript.run(AclScript.printed(), broker.asAdministrator(), directory))
                .isGreaterThan(30);
        run(KafkaRole.OPERATOR, "topics", "create", "--request-partitions", "2", "--reply-partitions", "2");
        cluster = new SecuredCluster(broker, directory.resolve("state"));
        long revision = cluster.activate(BURST);
        Awaitility.await("the ruleset")
                .atMost(SecuredCluster.WITHIN)
                .until(() -> cluster.followed.contains(revision)
                        && cluster.verdict("acme", 0).details() != null);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Runs a command under the principal of a role; returns what it printed. */
    private static String run(KafkaRole role, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(broker.options(role));
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = Sluice.commandLine().setOut(writer).setErr(writer).execute(arguments.toArray(String[]::new));
        assertThat(code).as("%s: %s", arguments, out).isZero();
        return out.toString();
    }

    @Test
    void shouldDecideAndBeReady_whenStreamsAppAndFrontEndsHaveTheirPrincipals() throws Exception {
        // Given / When
        assertThat(cluster.verdict("acme/front-end", BURST).code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(cluster.verdict("acme/front-end", 1).code()).isEqualTo(VerdictCode.DENY);
        AccountAdmin.Answer changed = cluster.plane
                .accounts()
                .change(AccountCommandSamples.of("globex", 0, new AccountCommand.Reset(null, null)))
                .join();

        // Then
        assertThat(changed).isInstanceOf(AccountAdmin.Shown.class);
        Awaitility.await("ready")
                .atMost(SecuredCluster.WITHIN)
                .until(() ->
                        cluster.app.standbys().ok() && cluster.rules.standbys().ok());
        assertThat(cluster.registry.get("sluice.cluster.problems").gauge().value())
                .isZero();
    }

    @Test
    void shouldBeDecidedAndRead_whenABatchProducerAsks() throws Exception {
        // Given
        try (TopicWriter batch = new TopicWriter(broker.as(KafkaRole.BATCH_PRODUCER))) {
            // When
            batch.ask(AdmissionRequest.of("acme/batch").requestId("row-1").build());
        }

        // Then an analyst reads the decision, by command and with a group of its own
        Awaitility.await("the decision")
                .atMost(SecuredCluster.WITHIN)
                .until(() ->
                        run(KafkaRole.ANALYST, "decisions", "--last", "100").contains("\"row-1\""));
        assertThat(readByGroup(KafkaRole.ANALYST, "sluice-analyst-report", TopicCatalogue.DECISIONS))
                .anyMatch(decision -> decision.contains("\"row-1\""));
    }

    private static List<String> readByGroup(KafkaRole role, String group, String topic) {
        Map<String, Object> config = new HashMap<>(broker.as(role));
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            Awaitility.await(group)
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(SecuredCluster.WITHIN)
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200))
                                .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
                        consumer.commitSync();
                        return values.stream().anyMatch(value -> value.contains("\"row-1\""));
                    });
        }
        return values;
    }

    @Test
    void shouldApplyRulesAndTrustClocks_whenAnOperatorUsesKafka() throws Exception {
        // Given
        Map<String, String> keys = TestKeys.writeTo(directory.resolve("keys"));
        Path rules = Files.writeString(directory.resolve("rules.yaml"), """
                limits:
                  - {id: per-client, scope: client, rate: {tokens: 1, per: 1h}, burst: %d}
                  - {id: per-account, scope: account, rate: {tokens: 1000, per: 1s}, burst: 1000}
                """.formatted(BURST));

        // When
        run(
                KafkaRole.OPERATOR,
                "rules",
                "apply",
                "--reason",
                "a test",
                "--command-key-file",
                keys.get("SLUICE_COMMAND_KEY_FILE"),
                "--rules-public-key-file",
                keys.get("SLUICE_RULES_PUBLIC_KEY_FILE"),
                rules.toString());
        String clocks = run(
                KafkaRole.OPERATOR,
                "clock",
                "trust",
                "--reason",
                "a test",
                "--command-key-file",
                keys.get("SLUICE_COMMAND_KEY_FILE"));

        // Then
        assertThat(cluster.plane.view().activeRevision()).isGreaterThan(1);
        assertThat(clocks.lines()).hasSize(REQUEST_PARTITIONS).allMatch(line -> line.endsWith("confirmed"));
    }

    /** Kafka's rights end at the topic, so a batch producer can write such records; their signatures are the guard. */
    @Test
    void shouldSetControlRecordsAside_whenABatchProducerWritesThem() throws Exception {
        // Given
        long revision = cluster.plane.view().activeRevision();
        List<ControlRecord> forged = List.of(
                Activations.signed(TestKeys.UNAUTHENTICATED, revision + 100, "{\"limits\":[]}"),
                TestKeys.UNAUTHENTICATED.sign(
                        SignedKind.CLOCK_MARK,
                        ClockMarkCodec.encode(new ClockMark(0, 4_000_000_000_000L, "mallory", "later"))),
                // Signed well, but with the key of commands.
                TestKeys.COMMANDS.sign(
                        SignedKind.CLOCK_MARK,
                        ClockMarkCodec.encode(new ClockMark(0, 4_000_000_000_000L, "mallory", "later"))));
        long before = forgedDeadLetters();

        // When
        try (TopicWriter batch = new TopicWriter(broker.as(KafkaRole.BATCH_PRODUCER))) {
            for (ControlRecord record : forged) {
                batch.send(TopicCatalogue.REQUESTS, 0, null, RequestCodec.encode(record));
            }
        }

        // Then
        Awaitility.await("dead letters")
                .atMost(SecuredCluster.WITHIN)
                .until(() -> forgedDeadLetters() == before + forged.size());
        assertThat(cluster.verdict("acme/after", 0).details().rulesetRevision()).isLessThan(revision + 100);
    }

    /** Read as an operator. */
    private static long forgedDeadLetters() {
        Map<String, Object> config = new HashMap<>(broker.as(KafkaRole.OPERATOR));
        config.put("isolation.level", "read_committed");
        List<TopicPartition> only = List.of(new TopicPartition(TopicCatalogue.DEAD_LETTERS, 0));
        long forged = 0;
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(only);
            consumer.seekToBeginning(only);
            long end = consumer.endOffsets(only).getOrDefault(only.get(0), 0L);
            while (consumer.position(only.get(0)) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    forged += isForged(record) ? 1 : 0;
                }
            }
        }
        return forged;
    }

    private static boolean isForged(ConsumerRecord<byte[], byte[]> record) {
        Header reason = record.headers().lastHeader("sluice.reason");
        return reason != null && new String(reason.value(), StandardCharsets.UTF_8).equals("forged");
    }

    @Test
    void shouldRefuseWhatTheCatalogueDoesNotGrant_whateverARoleTries() throws Exception {
        // Given a record on each topic, and an internal topic
        BROKER.admin()
                .createTopics(List.of(new NewTopic(INTERNAL, 1, (short) 1)))
                .all()
                .get();
        List<String> topics = new ArrayList<>();
        TopicCatalogue.topics(1, 1).forEach(topic -> topics.add(topic.name()));
        topics.add(INTERNAL);
        try (TopicWriter administrator = new TopicWriter(broker.asAdministrator())) {
            topics.forEach(topic -> administrator.send(topic, 0, new byte[] {'k'}, new byte[] {'{', '}'}));
        }
        Map<String, Boolean> allowed = new TreeMap<>();

        // When
        for (KafkaRole role : KafkaRole.values()) {
            try (AclAttempts attempts = new AclAttempts(role, broker.as(role))) {
                attempts.tryTopics(topics);
                attempts.tryGroups(groups());
                attempts.tryTransactionalIds(List.of(TRANSACTIONAL_ID, "other"));
                attempts.tryCluster();
                allowed.putAll(attempts.allowed());
            }
        }

        // Then
        assertThat(allowed).hasSizeGreaterThan(600).isEqualTo(expected());
    }

    private static List<String> groups() {
        return List.of("sluice", "sluice-rules", "sluice-analyst-1", "sluice-auditor-1", "sluice-operator-1", "other");
    }

    private static Map<String, Boolean> expected() {
        Map<String, Boolean> expected = new TreeMap<>();
        for (KafkaRole role : KafkaRole.values()) {
            boolean isApp = role == KafkaRole.STREAMS_APP;
            for (TopicSpec topic : TopicCatalogue.topics(1, 1)) {
                TopicAccess access = topic.access();
                boolean writes = access.writers().contains(role);
                boolean reads = access.readers().contains(role);
                putTopic(expected, role, topic.name(), writes, reads);
                expected.put(AclAttempts.name(role, topic.name(), "DESCRIBE_CONFIGS"), isApp && (reads || writes));
                expected.put(AclAttempts.name(role, topic.name(), "CREATE"), role == KafkaRole.OPERATOR);
            }
            putTopic(expected, role, INTERNAL, isApp, isApp);
            expected.put(AclAttempts.name(role, INTERNAL, "DESCRIBE_CONFIGS"), isApp);
            expected.put(AclAttempts.name(role, INTERNAL, "CREATE"), isApp);
            for (String group : groups()) {
                boolean own = group.startsWith("sluice-" + role.id() + "-");
                expected.put(
                        AclAttempts.name(role, group, "DESCRIBE"),
                        own || (isApp && (group.equals("sluice") || group.equals("sluice-rules"))));
            }
            expected.put(AclAttempts.name(role, TRANSACTIONAL_ID, "WRITE"), isApp);
            expected.put(AclAttempts.name(role, "other", "WRITE"), false);
            expected.put(AclAttempts.name(role, "cluster", "DESCRIBE_CONFIGS"), isApp);
            expected.put(AclAttempts.name(role, "cluster", "DESCRIBE_ACLS"), false);
        }
        return expected;
    }

    private static void putTopic(
            Map<String, Boolean> expected, KafkaRole role, String topic, boolean writes, boolean reads) {
        expected.put(AclAttempts.name(role, topic, "WRITE"), writes);
        expected.put(AclAttempts.name(role, topic, "READ"), reads);
        for (String never : List.of("ALTER", "ALTER_CONFIGS", "DELETE", "DELETE_RECORDS")) {
            expected.put(AclAttempts.name(role, topic, never), false);
        }
    }
}
