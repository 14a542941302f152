package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.ClientConfig;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.FailurePolicy;
import io.sluice.client.KafkaAdmissions;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules that change while traffic flows and instances die: two streams apps as processes, 500 requests a second, ten
 * activations through the rules writer with every kind of carry-over, a rollback, and {@code kill -9} of one app in
 * between.
 *
 * <p>What was decided by which revision is not asserted here: the log oracle derives every verdict again, with the
 * revision that it must name.
 */
@Tag("long")
final class ActivationUnderLoadIT {
    private static final int REQUEST_PARTITIONS = 4;
    private static final int REPLY_PARTITIONS = 2;
    private static final int ACTIVATIONS = 10;
    private static final int REQUESTS_PER_TICK = 10;
    private static final long TICK_MILLIS = 20;
    private static final long SEED = 42;
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
    private static final List<String> CARRY_OVERS = List.of("additive", "proportional", "as-is", "reset");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final List<CompletableFuture<Answer<AdmissionVerdict>>> answers = new ArrayList<>();
    private int commands;

    @Test
    void shouldDecideEveryRequestByOneRevision_whenRulesChangeUnderLoad() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        try (SluiceProcess first = streamsApp("first");
                SluiceProcess second = streamsApp("second");
                KafkaControlPlane plane = KafkaControlPlane.connect(
                        kafka(),
                        new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                        new KafkaControlPlane.Terms(Duration.ofSeconds(90), new SimpleMeterRegistry()))) {
            first.awaitStreamsApp();
            second.awaitStreamsApp();
            putInForce(plane, 0);

            // When
            changeRulesUnderLoad(plane, second);

            // Then
            long rolledBack = plane.view().activeRevision();
            assertThat(rolledBack).isEqualTo(ACTIVATIONS + 2);
            assertThat(plane.view().revisions(Long.MAX_VALUE, 1))
                    .singleElement()
                    .satisfies(revision -> assertThat(revision.documentJson()).isEqualTo(document(0)));
            assertAgainstLog(rolledBack);
        }
    }

    /** Asks nothing any more when it returns, not even pings. The victim may be the one that hosts the rules writer. */
    private void changeRulesUnderLoad(KafkaControlPlane plane, SluiceProcess victim) throws InterruptedException {
        ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
        ClientConfig config = new ClientConfig(kafka(), 0, 100_000, FailurePolicy.ERROR, Duration.ofMillis(500));
        try (KafkaAdmissions admissions = KafkaAdmissions.connect(config, new SimpleMeterRegistry())) {
            RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));
            ticks.scheduleAtFixedRate(() -> ask(admissions, generator), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
            for (int i = 1; i <= ACTIVATIONS; i++) {
                awaitMoreAnswers(500);
                if (i == ACTIVATIONS / 2) {
                    victim.kill();
                }
                putInForce(plane, i);
            }
            awaitMoreAnswers(500);
            taken(plane, new ControlCommand.RollBack(1, ACTIVATIONS + 1));
            awaitMoreAnswers(500);
            ticks.shutdown();
            assertThat(ticks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            ticks.shutdownNow();
        }
    }

    private void putInForce(KafkaControlPlane plane, int variant) {
        long proposal = taken(plane, new ControlCommand.Propose(variant, document(variant)))
                .accepted()
                .proposalId();
        long revision = taken(plane, new ControlCommand.Activate(proposal, variant))
                .accepted()
                .revision();
        assertThat(revision).isEqualTo(variant + 1);
    }

    private ControlPlane.Taken taken(KafkaControlPlane plane, ControlCommand.Step step) {
        ControlPlane.By by = new ControlPlane.By("tester", "a change under load");
        ControlPlane.Answer answer =
                plane.command("command-" + commands++, by, step).join();
        assertThat(answer).isInstanceOf(ControlPlane.Taken.class);
        return (ControlPlane.Taken) answer;
    }

    private synchronized void ask(KafkaAdmissions admissions, RequestGenerator generator) {
        for (int i = 0; i < REQUESTS_PER_TICK; i++) {
            answers.add(admissions.admit(generator.next(), /* deadlineMillis= */ 60_000));
        }
    }

    private synchronized long answered() {
        return answers.stream().filter(CompletableFuture::isDone).count();
    }

    private void awaitMoreAnswers(long count) {
        long before = answered();
        Awaitility.await("answers").atMost(Duration.ofMinutes(3)).until(() -> answered() >= before + count);
    }

    /** Every revision counts in another way, so that a verdict by a wrong one shows. */
    private static String document(int variant) {
        String carryOver = CARRY_OVERS.get(variant % CARRY_OVERS.size());
        String client = variant % 3 == 2
                ? "\"algorithm\":\"sliding-window-counter\",\"limit\":" + (20 + variant)
                        + ",\"window\":{\"per\":\"2s\"}"
                : "\"rate\":{\"tokens\":" + (5 + variant) + ",\"per\":\"1s\"},\"burst\":" + (20 - variant);
        String account = variant % 4 == 3
                ? "\"algorithm\":\"fixed-window\",\"limit\":90,\"window\":{\"per\":\"1s\"}"
                : "\"algorithm\":\"leaky-bucket\",\"rate\":{\"tokens\":60,\"per\":\"1s\"},\"queue\":" + (50 + variant);
        return "{\"tiers\":[\"free\",\"pro\"],\"limits\":["
                + "{\"id\":\"per-client\",\"scope\":\"client\",\"carryOver\":\"" + carryOver + "\"," + client + "},"
                + "{\"id\":\"per-account\",\"scope\":\"account\",\"rollout\":\"" + (100 - 7 * variant)
                + "%\",\"carryOver\":\"" + carryOver + "\"," + account + "},"
                + "{\"id\":\"in-flight\",\"scope\":\"client\",\"algorithm\":\"concurrency\",\"limit\":" + (30 + variant)
                + ",\"ttl\":\"800ms\"},"
                + "{\"id\":\"exact\",\"scope\":[\"account\",\"attribute:region\"],\"mode\":\"shadow\","
                + "\"algorithm\":\"sliding-window-log\",\"limit\":40,\"window\":{\"per\":\"" + (500 + 50 * variant)
                + "ms\"}}]}";
    }

    private void assertAgainstLog(long lastRevision) {
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        var changelog = TopicReader.readAll(BROKER.bootstrapServers(), CHANGELOG, IsolationLevel.READ_COMMITTED);
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        DecisionHistory history = DecisionHistory.read(BROKER.bootstrapServers());
        history.assertGuarantees(oracle, Map.of(), /* idempotencyWindowMillis= */ 600_000);
        assertThat(history.decisions()).hasSizeGreaterThan(5_000);
        assertThat(history.decisions())
                .extracting(decision -> decision.details().rulesetRevision())
                .contains(1L, (long) ACTIVATIONS, lastRevision);
        assertThat(history.decisions())
                .extracting(decision -> decision.details().allowed())
                .contains(true, false);
        assertThat(TopicReader.readAll(
                        BROKER.bootstrapServers(), TopicCatalogue.DEAD_LETTERS, IsolationLevel.READ_COMMITTED))
                .isEmpty();
    }

    private SluiceProcess streamsApp(String name) throws IOException {
        Map<String, String> environment =
                new HashMap<>(SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")));
        environment.put("SLUICE_KAFKA_SESSION_TIMEOUT_MS", "6000");
        return SluiceProcess.start(
                environment,
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }

    private static Map<String, String> kafka() {
        return Map.of("bootstrap.servers", BROKER.bootstrapServers());
    }
}
