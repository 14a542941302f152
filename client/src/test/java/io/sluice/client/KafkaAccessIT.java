package io.sluice.client;

import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.rules.AccessView;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.ControlPlane.By;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Access entries through the rules writer on a real broker, beside the streams app; the log oracle checks the log. */
final class KafkaAccessIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final By OTTO = new By("otto", "scanner");
    /** One account in each request partition. */
    private static final List<String> ACCOUNTS = List.of("ruled", "acme", "globex", "initech");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final AtomicReference<AccessSnapshot> followed = new AtomicReference<>(new AccessSnapshot(0, List.of()));
    private Path stateDir;
    private TestCluster cluster;
    private KafkaAdmissions admissions;
    private KafkaControlPlane plane;
    private RulesApp writer;
    private RulesetFollower follower;
    private int commands;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        stateDir = directory;
        cluster = TestCluster.start(BROKER, stateDir);
        admissions = KafkaAdmissions.connect(cluster.config(1_000, FailurePolicy.ERROR), new SimpleMeterRegistry());
        plane = KafkaControlPlane.connect(
                cluster.kafka(),
                TestCluster.PLANE_KEYS,
                new KafkaControlPlane.Terms(WITHIN, new SimpleMeterRegistry()));
        follower = RulesetFollower.start(
                cluster.kafka(), TestKeys.RULES_PUBLIC, new SimpleMeterRegistry(), rules -> {}, followed::set);
        startWriter();
        taken(new ControlCommand.Propose(0, TestCluster.RULES));
        taken(new ControlCommand.Activate(1, 0));
        TestCluster.awaitReady(admissions);
    }

    @AfterEach
    void stop() {
        follower.close();
        plane.close();
        admissions.close();
        writer.close();
        assertThat(writer.hasFailed()).isFalse();
        cluster.assertAgainstLog();
        cluster.close();
    }

    private void startWriter() throws Exception {
        Map<String, String> kafka = new HashMap<>(cluster.kafka());
        kafka.put("num.standby.replicas", "0");
        writer = RulesApp.start(
                new RulesAppConfig(kafka, stateDir, TestKeys.RULES, TestKeys.TRUSTED, /* approvalRequired= */ false),
                new SimpleMeterRegistry());
    }

    @Test
    void shouldBeInForceEverywhere_untilItEndsOrIsRemoved() throws Exception {
        // Given
        awaitEverywhere("203.0.113.9", VerdictCode.ALLOW);
        String entry = "{\"access\":\"deny\",\"attributes\":{\"ip\":{\"cidr\":\"203.0.113.0/24\"}},\"for\":\"1h\"}";

        // When an entry comes in, and one that ends by itself
        String command = "command-" + commands;
        long id = added(entry);
        added("{\"access\":\"deny\",\"attributes\":{\"ip\":\"198.51.100.1\"},\"for\":\"1s\"}");

        // Then
        awaitEverywhere("203.0.113.9", VerdictCode.DENY);
        awaitEverywhere("198.51.100.1", VerdictCode.ALLOW);
        assertThat(ask("acme", "203.0.113.9").details().listId()).isEqualTo("@access");
        assertThat(followed.get().entries())
                .extracting(AccessSnapshot.Entry::id)
                .contains(id);

        // When the writer starts again, and the entry is removed
        writer.close();
        startWriter();
        assertThat(ask("acme", "203.0.113.9").code()).isEqualTo(VerdictCode.DENY);
        taken(new ControlCommand.RemoveAccess(id));

        // Then
        awaitEverywhere("203.0.113.9", VerdictCode.ALLOW);
        assertThat(plane.view().access().version()).isEqualTo(3);

        // When its command comes once more
        assertThat(plane.command(command, OTTO, new ControlCommand.AddAccess(0, entry))
                        .join())
                .isInstanceOf(ControlPlane.Taken.class);

        // Then nothing is added
        assertThat(plane.view().access().version()).isEqualTo(3);
        assertThat(ask("acme", "203.0.113.9").code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(plane.command("again", OTTO, new ControlCommand.RemoveAccess(id))
                        .join())
                .isInstanceOfSatisfying(
                        ControlPlane.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo("unknown-entry"));
    }

    private long added(String entry) {
        String commandId = "command-" + commands;
        taken(new ControlCommand.AddAccess(plane.view().access().version(), entry));
        AccessView.Entry added = plane.view().access().addedBy(commandId);
        assertThat(added).isNotNull();
        return added.id();
    }

    private void taken(ControlCommand.Step step) {
        assertThat(plane.command("command-" + commands++, OTTO, step).join()).isInstanceOf(ControlPlane.Taken.class);
    }

    private void awaitEverywhere(String ip, VerdictCode code) {
        for (String account : ACCOUNTS) {
            Awaitility.await(account)
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(ask(account, ip).code()).isEqualTo(code));
        }
    }

    private Verdict ask(String account, String ip) throws Exception {
        return verdict(
                admissions,
                AdmissionRequest.of(account + "/a").cost(0).attribute("ip", ip).build());
    }
}
