package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.ClientConfig;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaAdmissions;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.RulesetFollower;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.KafkaRole;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Streams app, rules writer and both kinds of front end in one JVM, each under its own principal. */
final class SecuredCluster implements AutoCloseable {
    static final Duration WITHIN = Duration.ofMinutes(3);
    private static final long DEADLINE_MILLIS = 20_000;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<Long> followed = new CopyOnWriteArrayList<>();
    final StreamsApp app;
    final RulesApp rules;
    final KafkaControlPlane plane;
    private final KafkaAdmissions admissions;
    private final RulesetFollower follower;
    private int commands;

    SecuredCluster(SecuredBroker broker, Path stateDir) throws Exception {
        Map<String, String> streams = new HashMap<>(broker.as(KafkaRole.STREAMS_APP));
        streams.put("num.standby.replicas", "0");
        app = StreamsApp.start(
                new StreamsAppConfig(
                        streams, stateDir, TestKeys.TRUSTED, TestKeys.RULES, StreamsAppConfig.Limits.standard()),
                registry);
        rules = RulesApp.start(
                new RulesAppConfig(streams, stateDir, TestKeys.RULES, TestKeys.TRUSTED, /* approvalRequired= */ false),
                registry);
        plane = KafkaControlPlane.connect(
                broker.as(KafkaRole.ADMIN_FRONT_END),
                new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                new KafkaControlPlane.Terms(WITHIN, registry));
        Map<String, String> frontEnd = broker.as(KafkaRole.FRONT_END);
        admissions = KafkaAdmissions.connect(ClientConfig.standard(frontEnd), registry);
        follower = RulesetFollower.start(
                frontEnd, TestKeys.RULES_PUBLIC, registry, activation -> followed.add(activation.revision()));
        Awaitility.await("the audit trail")
                .atMost(WITHIN)
                .until(() -> plane.view().isComplete());
    }

    /** Proposes and activates a ruleset, as an admin front end; returns its revision. */
    long activate(int burst) {
        long before = plane.view().activeRevision();
        String document = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\","
                + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":" + burst + "}]}";
        Long proposal =
                taken(new ControlCommand.Propose(before, document)).accepted().proposalId();
        taken(new ControlCommand.Activate(proposal == null ? 0 : proposal, before));
        return before + 1;
    }

    private ControlPlane.Taken taken(ControlCommand.Step step) {
        ControlPlane.Answer answer = plane.command(
                        "c" + System.nanoTime() + "-" + commands++, new ControlPlane.By("tester", "a test"), step)
                .join();
        assertThat(answer).isInstanceOf(ControlPlane.Taken.class);
        return (ControlPlane.Taken) answer;
    }

    /** What the data front end answers. */
    Verdict verdict(String clientId, long cost) throws Exception {
        Answer<AdmissionVerdict> answer = admissions
                .admit(AdmissionRequest.of(clientId).cost(cost).build(), DEADLINE_MILLIS)
                .get(60, TimeUnit.SECONDS);
        assertThat(answer.orNull()).as("%s", answer).isInstanceOf(AdmissionVerdict.Recorded.class);
        return ((AdmissionVerdict.Recorded) answer.orNull()).verdict();
    }

    @Override
    public void close() {
        follower.close();
        admissions.close();
        plane.close();
        rules.close();
        app.close();
    }
}
