package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bound of leases (G15), with three front ends as processes on one client: one is killed, one is stopped for longer
 * than its leases last and goes on, and rules change, while all of them are asked as fast as they answer. The clock of
 * one is two hours ahead, that of another two behind.
 */
@Tag("long")
final class LeaseBoundIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final long BURST = 2_000;
    private static final long TOKENS_PER_SECOND = 1_000;
    private static final long LEASE_MILLIS = 1_000;
    private static final Duration SKEW = Duration.ofHours(2);
    private static final String CLIENT = "acme/hot";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldKeepTheBound_whenFrontEndsDieAndPauseAndRulesChangeAndClocksAreWrong() throws Exception {
        // Given
        BROKER.createTopics(/* requestPartitions= */ 2, REPLY_PARTITIONS);
        try (SluiceProcess streams = streamsApp();
                KafkaControlPlane plane = KafkaControlPlane.connect(
                        kafka(),
                        new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                        new KafkaControlPlane.Terms(Duration.ofSeconds(60), new SimpleMeterRegistry()));
                SluiceProcess steady = frontEnd(WrongClock.added(environment(), SKEW));
                SluiceProcess victim = frontEnd(environment());
                SluiceProcess sleeper = frontEnd(WrongClock.added(environment(), SKEW.negated()))) {
            streams.awaitStreamsApp();
            putInForce(plane, 0);
            HotLoad steadyLoad = load(steady);
            HotLoad victimLoad = load(victim);
            HotLoad sleeperLoad = load(sleeper);
            assertThat(steadyLoad.timeOfDay()).isCloseTo(Instant.now().plus(SKEW), within(1, ChronoUnit.MINUTES));
            assertThat(sleeperLoad.timeOfDay()).isCloseTo(Instant.now().minus(SKEW), within(1, ChronoUnit.MINUTES));

            // When
            List<HotLoad> loads = List.of(steadyLoad, victimLoad, sleeperLoad);
            loads.forEach(HotLoad::start);
            loads.forEach(load -> load.awaitLocal(300));
            sleeper.pause();
            victim.kill();
            putInForce(plane, 1);
            steadyLoad.awaitLocal(300);
            sleeper.resume();
            sleeperLoad.awaitLocal(300);
            putInForce(plane, 2);
            loads.forEach(load -> load.awaitMore(load == victimLoad ? 0 : 500));
            loads.forEach(HotLoad::stop);

            // Then
            assertThat(steady.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            assertThat(sleeper.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            LogOracle oracle = assertAgainstLog();
            AdmittedWindows windows = new AdmittedWindows(loads);
            windows.assertBound(BURST, TOKENS_PER_SECOND, LEASE_MILLIS);
            assertThat(windows.local()).isBetween(900L, oracle.expectedLeased(CLIENT));
            assertThat(windows.exact()).isLessThanOrEqualTo(oracle.expectedAdmitted(CLIENT));
            assertReported(steadyLoad, sleeperLoad);
        }
    }

    /** Front ends that ended in peace have told every answer that they gave by themselves. */
    private static void assertReported(HotLoad... loads) {
        long told = 0;
        boolean returned = false;
        for (DecisionRecord record :
                DecisionHistory.read(BROKER.bootstrapServers()).records()) {
            if (record instanceof LeaseReportRecord report && report.told() != null) {
                told += report.told().allowed();
                returned |= report.returned() > 0;
            }
        }
        long seen = 0;
        for (HotLoad load : loads) {
            seen += load.local();
        }
        assertThat(told).as("answers out of leases that were told").isGreaterThanOrEqualTo(seen);
        assertThat(returned).as("something was given back").isTrue();
    }

    private LogOracle assertAgainstLog() {
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        DecisionHistory.read(BROKER.bootstrapServers())
                .assertGuarantees(
                        oracle, Map.of("per-client", new LimitBound(BURST, TOKENS_PER_SECOND, 1_000)), 600_000);
        return oracle;
    }

    private HotLoad load(SluiceProcess frontEnd) {
        String url = frontEnd.awaitRequestApi().httpUrl();
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> HotLoad.isAnswered(url, CLIENT));
        return new HotLoad(url, CLIENT);
    }

    /** The limit stays as it is, so its bucket goes on; the revision voids the leases. */
    private static void putInForce(KafkaControlPlane plane, int variant) {
        String document = "{\"limits\":[{\"id\":\"per-client\",\"description\":\"variant " + variant
                + "\",\"scope\":\"client\",\"rate\":{\"tokens\":" + TOKENS_PER_SECOND + ",\"per\":\"1s\"},\"burst\":"
                + BURST + "}]}";
        long proposal = taken(plane, "propose-" + variant, new ControlCommand.Propose(variant, document))
                .accepted()
                .proposalId();
        taken(plane, "activate-" + variant, new ControlCommand.Activate(proposal, variant));
    }

    private static ControlPlane.Taken taken(KafkaControlPlane plane, String name, ControlCommand.Step step) {
        ControlPlane.By by = new ControlPlane.By("tester", "a change under load");
        ControlPlane.Answer answer = plane.command(name, by, step).join();
        assertThat(answer).isInstanceOf(ControlPlane.Taken.class);
        return (ControlPlane.Taken) answer;
    }

    private SluiceProcess streamsApp() throws IOException {
        String state = directory.resolve("state").toString();
        return SluiceProcess.start(environment(), List.of("streams-app", "--admin-port", "0", "--state-dir", state));
    }

    private static SluiceProcess frontEnd(Map<String, String> environment) throws IOException {
        String lease = "--lease-millis=" + LEASE_MILLIS;
        return SluiceProcess.start(
                environment, List.of("request-api", "--http-port=0", "--admin-port=0", "--data-open", lease));
    }

    private Map<String, String> environment() {
        return SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys"));
    }

    private static Map<String, String> kafka() {
        return Map.of("bootstrap.servers", BROKER.bootstrapServers());
    }
}
