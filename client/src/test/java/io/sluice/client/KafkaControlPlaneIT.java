package io.sluice.client;

import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.ControlPlane.By;
import io.sluice.client.rules.ControlPlane.Taken;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.topics.SignedRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules writer on a real broker, beside the streams app: one story, since a cluster has one control plane state.
 */
final class KafkaControlPlaneIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final By ALICE = new By("alice", "more of it");
    private static final By BOB = new By("bob", "looks right");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private Path stateDir;
    private TestCluster cluster;
    private KafkaAdmissions admissions;
    private KafkaControlPlane plane;
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
                cluster.kafka(),
                TestCluster.PLANE_KEYS,
                new KafkaControlPlane.Terms(WITHIN, new SimpleMeterRegistry()));
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
                new SimpleMeterRegistry());
    }

    @Test
    void shouldPutEachRevisionInForceOnce_whenTheWriterIsRestartedAndCommandsAreForged() throws Exception {
        // Given
        startWriter(true);
        long first = taken(new ControlCommand.Propose(0, rules(20)), ALICE)
                .accepted()
                .proposalId();
        taken(new ControlCommand.Approve(first), BOB);
        taken(new ControlCommand.Activate(first, 0), ALICE);
        TestCluster.awaitReady(admissions);

        assertThat(plane.command("", ALICE, new ControlCommand.Approve(1)).join())
                .isInstanceOf(ControlPlane.Refused.class);

        // When a change is proposed, approved by somebody else, and activated
        long proposal = taken(new ControlCommand.Propose(1, rules(15)), ALICE)
                .accepted()
                .proposalId();
        assertThat(refusal(new ControlCommand.Activate(proposal, 1), ALICE)).isEqualTo("not-approved");
        assertThat(refusal(new ControlCommand.Approve(proposal), ALICE)).isEqualTo("same-principal");
        taken(new ControlCommand.Approve(proposal), BOB);

        // When the writer is restarted in between
        writer.close();
        startWriter(true);
        assertThat(taken(new ControlCommand.Activate(proposal, 1), ALICE)
                        .accepted()
                        .revision())
                .isEqualTo(2);

        // Then verdicts name the revision
        awaitDecidedBy(2);
        assertThat(refusal(new ControlCommand.Activate(proposal, 2), ALICE)).isEqualTo("not-open");
        assertThat(refusal(new ControlCommand.RollBack(1, 1), ALICE)).isEqualTo("stale-revision");

        // When commands are forged and replayed
        forgeAndReplay(proposal);

        // Then only the roll-back that is meant has an effect
        assertThat(taken(new ControlCommand.RollBack(1, 2), BOB).accepted().revision())
                .isEqualTo(3);
        awaitDecidedBy(3);
        assertThat(plane.view().revisions(Long.MAX_VALUE, 10))
                .extracting(RulesView.Revision::number, RulesView.Revision::how, RulesView.Revision::documentJson)
                .containsExactly(
                        tuple(3L, "rolled-back", rules(20)),
                        tuple(2L, "activated", rules(15)),
                        tuple(1L, "activated", rules(20)));
        assertThat(published()).isEqualTo(Map.of(1L, rules(20), 2L, rules(15), 3L, rules(20)));
    }

    /** Sends what a unauthenticated caller could: commands under another key, and signed ones that were seen before. */
    private void forgeAndReplay(long proposal) {
        String rollBack = ControlCommandCodec.encode(
                new ControlCommand("x", "alice", "mine now", new ControlCommand.RollBack(1, 2), null));
        List<ConsumerRecord<byte[], byte[]>> seen = TopicReader.readAll(
                BROKER.bootstrapServers(), TopicCatalogue.RULES_COMMANDS, IsolationLevel.READ_UNCOMMITTED);
        try (TopicWriter out = new TopicWriter(BROKER.bootstrapServers())) {
            out.send(
                    TopicCatalogue.RULES_COMMANDS,
                    0,
                    null,
                    RequestCodec.encode(TestKeys.UNAUTHENTICATED.sign(SignedKind.RULES_COMMAND, rollBack)));
            out.send(
                    TopicCatalogue.RULES_COMMANDS,
                    0,
                    null,
                    RequestCodec.encode(new ControlRecord(rollBack, "ed25519:" + "A".repeat(86))));
            seen.forEach(record -> out.send(TopicCatalogue.RULES_COMMANDS, 0, null, record.value()));
        }
        // A request behind all of these is answered once they are dealt with.
        assertThat(refusal(new ControlCommand.Reject(proposal), BOB)).isEqualTo("not-open");
        assertThat(plane.view().activeRevision()).isEqualTo(2);
        assertThat(plane.view().sequence()).isEqualTo(6);
    }

    private Taken taken(ControlCommand.Step step, By by) {
        ControlPlane.Answer answer =
                plane.command("command-" + commands++, by, step).join();
        assertThat(answer).isInstanceOf(Taken.class);
        return (Taken) answer;
    }

    private String refusal(ControlCommand.Step step, By by) {
        ControlPlane.Answer answer =
                plane.command("command-" + commands++, by, step).join();
        assertThat(answer).isInstanceOf(ControlPlane.Refused.class);
        return ((ControlPlane.Refused) answer).refusal().code();
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

    private static Map<Long, String> published() throws Exception {
        Map<Long, String> documents = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.readAll(BROKER.bootstrapServers(), TopicCatalogue.RULES, IsolationLevel.READ_COMMITTED)) {
            RulesetActivation activation = (RulesetActivation) SignedRules.read(TestKeys.RULES_PUBLIC, record);
            assertThat(documents.put(activation.revision(), activation.documentJson()))
                    .isNull();
        }
        return documents;
    }
}
