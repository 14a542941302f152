package io.sluice.client;

import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.ControlPlane.By;
import io.sluice.client.rules.ControlPlane.Taken;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What somebody can do who may write to the topics of rules and audit, but has no key to sign with: nothing. */
final class ForgedRulesIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final By ALICE = new By("alice", "more of it");
    private static final By BOB = new By("bob", "looks right");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private Path stateDir;
    private TestCluster cluster;
    private KafkaAdmissions admissions;
    private KafkaControlPlane plane;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SimpleMeterRegistry writerRegistry = new SimpleMeterRegistry();
    private RulesApp writer;
    private int commands;

    private static String rules(int burst) {
        return TestCluster.RULES.replace("\"burst\":20", "\"burst\":" + burst);
    }

    @BeforeEach
    void start(@TempDir Path stateDir) throws Exception {
        this.stateDir = stateDir;
        cluster = TestCluster.start(BROKER, stateDir);
        admissions = KafkaAdmissions.connect(cluster.config(1_000, FailurePolicy.ERROR), new SimpleMeterRegistry());
        plane = KafkaControlPlane.connect(
                cluster.kafka(), TestCluster.PLANE_KEYS, new KafkaControlPlane.Terms(WITHIN, registry));
    }

    @AfterEach
    void stop() {
        plane.close();
        admissions.close();
        writer.close();
        assertThat(writer.hasFailed()).isFalse();
        cluster.assertAgainstLog();
        cluster.close();
    }

    private void startWriter(boolean approvalRequired) throws Exception {
        Map<String, String> kafka = new HashMap<>(cluster.kafka());
        kafka.put("num.standby.replicas", "0");
        writer = RulesApp.start(
                new RulesAppConfig(kafka, stateDir, TestKeys.RULES, TestKeys.TRUSTED, approvalRequired),
                writerRegistry);
    }

    @Test
    void shouldPassOverWhatTheWriterDidNotSign_whenRulesAndAuditEntriesAreForged() throws Exception {
        // Given a front end that follows rules, and revision 1 in force
        List<RulesetActivation> seen = new CopyOnWriteArrayList<>();
        startWriter(false);
        long proposal = taken(new ControlCommand.Propose(0, rules(20)), ALICE)
                .accepted()
                .proposalId();
        taken(new ControlCommand.Activate(proposal, 0), ALICE);
        awaitDecidedBy(1);
        try (RulesetFollower follower =
                RulesetFollower.start(cluster.kafka(), TestKeys.RULES_PUBLIC, registry, seen::add)) {
            assertThat(follower).isNotNull();
            Awaitility.await().atMost(WITHIN).until(() -> seen.size() == 1);

            // When
            int forgedRules = forgeRules();
            int forgedEntries = forgeAuditEntries();

            // Then all of it is counted, nothing of it is in force, and what is really activated takes effect
            Awaitility.await().atMost(WITHIN).untilAsserted(() -> {
                assertThat(skipped(registry, TopicCatalogue.RULES, "untrusted")).isEqualTo(forgedRules);
                assertThat(skipped(registry, TopicCatalogue.AUDIT, "untrusted")).isEqualTo(forgedEntries);
                assertThat(skipped(writerRegistry, TopicCatalogue.RULES, "untrusted"))
                        .isEqualTo(forgedRules);
            });
            assertThat(plane.view().activeRevision()).isEqualTo(1);
            awaitDecidedBy(1);
            writer.close();
            startWriter(false);
            long next = taken(new ControlCommand.Propose(1, rules(15)), BOB)
                    .accepted()
                    .proposalId();
            assertThat(taken(new ControlCommand.Activate(next, 1), BOB)
                            .accepted()
                            .revision())
                    .isEqualTo(2);
            awaitDecidedBy(2);
            Awaitility.await().atMost(WITHIN).until(() -> seen.size() == 2);
            assertThat(seen).extracting(RulesetActivation::documentJson).containsExactly(rules(20), rules(15));
            assertThat(plane.view().revisions(Long.MAX_VALUE, 10)).hasSize(2);
        }
    }

    /** Revisions without limits that nobody who may has signed; returns how many. */
    private static int forgeRules() {
        String none = "{\"limits\":[]}";
        String last = Activations.signed(TestKeys.UNAUTHENTICATED, RulesetActivation.REVISION_MAX, none)
                .payload();
        List<ControlRecord> forged = List.of(
                Activations.signed(TestKeys.UNAUTHENTICATED, 2, none),
                Activations.signed(TestKeys.COMMANDS, 2, none),
                TestKeys.RULES.sign(SignedKind.RULES_AUDIT, last),
                new ControlRecord(last, ""),
                new ControlRecord(
                        last.replace(Long.toString(RulesetActivation.REVISION_MAX), "9223372036854775807"), ""));
        try (TopicWriter out = new TopicWriter(BROKER.bootstrapServers())) {
            for (ControlRecord record : forged) {
                out.send(TopicCatalogue.RULES, 0, "2".getBytes(StandardCharsets.UTF_8), RequestCodec.encode(record));
            }
        }
        return forged.size();
    }

    /** Entries that say that a revision without limits is in force; returns how many. */
    private static int forgeAuditEntries() throws Exception {
        byte[] entry = AuditCodec.encode(
                new AuditEntry(1_000, 1, "alice", "mine now", new AuditEntry.Activated(1, 1_000, "{\"limits\":[]}")));
        List<String> signatures = List.of(
                "",
                TestKeys.COMMANDS.signature(SignedKind.RULES_AUDIT, entry),
                TestKeys.UNAUTHENTICATED.signature(SignedKind.RULES_AUDIT, entry),
                TestKeys.RULES.signature(SignedKind.RULES, entry));
        try (Producer<byte[], byte[]> out = new KafkaProducer<>(
                Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String signature : signatures) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TopicCatalogue.AUDIT, 0, null, entry);
                record.headers().add(AuditEntry.SIGNATURE_HEADER, signature.getBytes(StandardCharsets.US_ASCII));
                out.send(record).get();
            }
            out.send(new ProducerRecord<>(TopicCatalogue.AUDIT, 0, null, entry)).get();
        }
        return signatures.size() + 1;
    }

    private static double skipped(SimpleMeterRegistry registry, String topic, String cause) {
        return registry.get("sluice.topic.records.skipped")
                .tags("topic", topic, "cause", cause)
                .counter()
                .count();
    }

    private Taken taken(ControlCommand.Step step, By by) {
        ControlPlane.Answer answer =
                plane.command("command-" + commands++, by, step).join();
        assertThat(answer).isInstanceOf(Taken.class);
        return (Taken) answer;
    }

    private void awaitDecidedBy(long revision) {
        // One account in each request partition.
        for (String account : List.of("ruled", "acme", "globex", "initech")) {
            Awaitility.await(account + " decided by revision " + revision)
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(verdict(admissions, admission(account + "/a", 0))
                                    .details()
                                    .rulesetRevision())
                            .isEqualTo(revision));
        }
    }
}
