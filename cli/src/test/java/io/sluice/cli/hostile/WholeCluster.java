package io.sluice.cli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.ClientConfig;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaAdmissions;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.RulesetFollower;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.rules.RulesAppConfig;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageBounds;
import io.sluice.streams.usage.UsageConfig;
import io.sluice.streams.webhooks.WebhookApp;
import io.sluice.streams.webhooks.WebhookBounds;
import io.sluice.streams.webhooks.WebhookConfig;
import io.sluice.streams.webhooks.WebhookSecret;
import io.sluice.testkit.keys.TestKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Every role on one broker in one JVM: rules writer, streams app, usage, front end and its control plane. */
final class WholeCluster implements AutoCloseable {
    static final int BURST = 100;
    static final Duration WITHIN = Duration.ofMinutes(3);
    private static final long DEADLINE_MILLIS = 20_000;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<Long> followed = new CopyOnWriteArrayList<>();
    /** The alerts that were posted. */
    final List<String> posted = new CopyOnWriteArrayList<>();

    private final Map<String, String> kafka;
    private final Path stateDir;
    private final StreamsApp app;
    private final UsageApp usage;
    private final HttpServer receiver;
    private final WebhookApp webhooks;
    private RulesApp rules;
    private KafkaAdmissions admissions;
    private KafkaControlPlane plane;
    private RulesetFollower follower;
    private int commands;

    private WholeCluster(String bootstrapServers, Path stateDir) throws Exception {
        this.kafka = Map.of("bootstrap.servers", bootstrapServers);
        this.stateDir = stateDir;
        this.app = StreamsApp.start(
                new StreamsAppConfig(streams(), stateDir, TestKeys.TRUSTED, StreamsAppConfig.Limits.standard()),
                registry);
        this.usage = UsageApp.start(
                new UsageConfig(streams(), stateDir, /* threads= */ 1, UsageBounds.standard()), registry);
        this.receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        this.webhooks = WebhookApp.start(
                WebhookConfig.of(
                        streams(),
                        List.of("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"),
                        WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        new WebhookConfig.Reach(true, true),
                        WebhookBounds.standard()),
                registry);
        startOthers();
    }

    /** Starts everything, with a first ruleset in force. */
    static WholeCluster start(String bootstrapServers, Path stateDir) throws Exception {
        WholeCluster cluster = new WholeCluster(bootstrapServers, stateDir);
        cluster.activate();
        return cluster;
    }

    private Map<String, String> streams() {
        return Map.of("bootstrap.servers", kafka.getOrDefault("bootstrap.servers", ""), "num.standby.replicas", "0");
    }

    private void startOthers() throws Exception {
        rules = RulesApp.start(
                new RulesAppConfig(
                        streams(), stateDir, TestKeys.RULES, TestKeys.TRUSTED, /* approvalRequired= */ false),
                registry);
        admissions = KafkaAdmissions.connect(ClientConfig.standard(kafka), registry);
        plane = KafkaControlPlane.connect(
                kafka,
                new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                new KafkaControlPlane.Terms(WITHIN, registry));
        followed.clear();
        follower = RulesetFollower.start(
                kafka, TestKeys.RULES_PUBLIC, registry, activation -> followed.add(activation.revision()));
        Awaitility.await("the audit trail")
                .atMost(WITHIN)
                .until(() -> plane.view().isComplete());
    }

    /** Starts everything anew that reads a topic from its beginning. */
    void restartReaders() throws Exception {
        closeOthers();
        startOthers();
    }

    /**
     * Puts a ruleset in force that differs from the one before, through the rules writer, and waits until it decides.
     */
    long activate() {
        long before = plane.view().activeRevision();
        String document = "{\"description\":\"" + before + "\",\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\","
                + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":" + BURST + "}]}";
        Long proposal =
                taken(new ControlCommand.Propose(before, document)).accepted().proposalId();
        taken(new ControlCommand.Activate(proposal == null ? 0 : proposal, before));
        long revision = before + 1;
        assertThat(plane.view().activeRevision()).isEqualTo(revision);
        for (String account : List.of("acme", "globex", "initech", "umbrella")) {
            Awaitility.await("revision " + revision + " for " + account)
                    .atMost(WITHIN)
                    .until(() -> verdict(account, 0).details() != null
                            && verdict(account, 0).details().rulesetRevision() == revision);
        }
        Awaitility.await("the follower").atMost(WITHIN).until(() -> followed.contains(revision));
        return revision;
    }

    private ControlPlane.Taken taken(ControlCommand.Step step) {
        ControlPlane.Answer answer = plane.command(
                        "c" + System.nanoTime() + "-" + commands++, new ControlPlane.By("tester", "a test"), step)
                .join();
        assertThat(answer).isInstanceOf(ControlPlane.Taken.class);
        return (ControlPlane.Taken) answer;
    }

    Verdict verdict(String clientId, long cost) throws Exception {
        Answer<AdmissionVerdict> answer = admissions
                .admit(AdmissionRequest.of(clientId).cost(cost).build(), DEADLINE_MILLIS)
                .get(60, TimeUnit.SECONDS);
        assertThat(answer.orNull()).as("%s", answer).isInstanceOf(AdmissionVerdict.Recorded.class);
        return ((AdmissionVerdict.Recorded) answer.orNull()).verdict();
    }

    long remaining(String clientId) throws Exception {
        Answer<QuotaReport> answer = admissions
                .quota(ClientId.parse("clientId", clientId), DEADLINE_MILLIS)
                .get(60, TimeUnit.SECONDS);
        assertThat(answer).isInstanceOf(Answer.Answered.class);
        return answer.orNull().limits().get(0).remaining();
    }

    /** Requests of the account in the hours that the roll-ups have; 0 while they do not answer. */
    long counted(String account) throws Exception {
        long now = System.currentTimeMillis();
        UsageService.Answer<UsageReply> answer = admissions
                .usage()
                .usage(account, UsageWindow.HOUR, now - 2 * UsageWindow.HOUR.millis(), now + UsageWindow.HOUR.millis())
                .get(60, TimeUnit.SECONDS);
        return answer instanceof UsageService.Answered<UsageReply> answered
                ? answered.value().windows().stream()
                        .flatMap(window -> window.rows().stream())
                        .filter(UsageRow::countsRequests)
                        .mapToLong(UsageRow::requests)
                        .sum()
                : 0;
    }

    void assertAlive() {
        assertThat(app.isRunning()).as("streams app").isTrue();
        assertThat(rules.isRunning()).as("rules writer").isTrue();
    }

    double skipped(String topic) {
        return registry.find("sluice.topic.records.skipped").tag("topic", topic).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    double skipped(String topic, String cause) {
        return registry.get("sluice.topic.records.skipped")
                .tags("topic", topic, "cause", cause)
                .counter()
                .count();
    }

    private void closeOthers() {
        follower.close();
        plane.close();
        admissions.close();
        rules.close();
    }

    @Override
    public void close() {
        webhooks.close();
        receiver.stop(0);
        usage.close();
        closeOthers();
        app.close();
    }
}
