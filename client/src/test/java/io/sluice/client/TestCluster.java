package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.ops.ProbeAnswer;
import io.sluice.streams.ops.StartupException;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The real streams app on a test class's broker, under one ruleset, and the assertion that ends every test with it.
 *
 * <p>Nothing flows back while a test runs, so that what is left is what was not taken.
 */
final class TestCluster implements AutoCloseable {
    static final int REQUEST_PARTITIONS = 2;
    static final int REPLY_PARTITIONS = 2;
    static final int CLIENT_BURST = 20;
    static final int ACCOUNT_BURST = 50;
    static final long HOUR_MILLIS = 3_600_000;
    static final ControlPlaneKeys PLANE_KEYS = new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC);
    static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":20},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":50}]}";

    private static final Map<String, LimitBound> BOUNDS = Map.of(
            "per-client", new LimitBound(CLIENT_BURST, 1, HOUR_MILLIS),
            "per-account", new LimitBound(ACCOUNT_BURST, 1, HOUR_MILLIS));
    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;
    private static final Duration PING_INTERVAL = Duration.ofMillis(400);

    private final String bootstrapServers;
    private final Path stateDir;
    private SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private @Nullable StreamsApp app;

    private TestCluster(String bootstrapServers, Path stateDir) {
        this.bootstrapServers = bootstrapServers;
        this.stateDir = stateDir;
    }

    /** Topics and a running app; there is no ruleset yet. */
    static TestCluster start(BrokerExtension broker, Path stateDir) throws StartupException {
        broker.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        TestCluster cluster = new TestCluster(broker.bootstrapServers(), stateDir);
        cluster.startApp();
        return cluster;
    }

    /** Starts the app where it left off, unless it runs. */
    void startApp() throws StartupException {
        if (app == null) {
            meters = new SimpleMeterRegistry();
            StreamsApp started = StreamsApp.start(
                    new StreamsAppConfig(
                            Map.of("bootstrap.servers", bootstrapServers, "num.standby.replicas", "0"),
                            stateDir,
                            TestKeys.TRUSTED,
                            StreamsAppConfig.Limits.standard()),
                    meters);
            app = started;
            Awaitility.await("streams app").atMost(Duration.ofMinutes(3)).until(started::isRunning);
        }
    }

    boolean isAppReady() {
        return app != null && app.isRunning();
    }

    /** What the app answers to a probe. */
    ProbeAnswer appReady() {
        return app == null ? ProbeAnswer.not("stopped") : app.ready();
    }

    /** What the app tells of itself. */
    SimpleMeterRegistry appMeters() {
        return meters;
    }

    void stopApp() {
        if (app != null) {
            app.close();
            assertThat(app.hasFailed()).isFalse();
            app = null;
        }
    }

    /** With more patience than any request has: a broker that stands still is not what is tested. */
    Map<String, String> kafka() {
        return Map.of(
                "bootstrap.servers", bootstrapServers, "request.timeout.ms", "10000", "delivery.timeout.ms", "30000");
    }

    RulesetPublisher publisher() {
        return new RulesetPublisher(bootstrapServers);
    }

    /** A client on the first reply partition. */
    ClientConfig config(int pendingMax, FailurePolicy failurePolicy) {
        return new ClientConfig(kafka(), 0, pendingMax, failurePolicy, PING_INTERVAL);
    }

    /** The same that pings once, so that no deadlines of pings are among those that are counted. */
    ClientConfig quietConfig(int pendingMax, FailurePolicy failurePolicy) {
        return new ClientConfig(kafka(), 0, pendingMax, failurePolicy, Duration.ofHours(1));
    }

    /** What a limit says right after {@code taken} of its tokens were taken. */
    static LimitStatus status(String id, String scope, long limit, long taken) {
        return LimitStatus.of(id, scope)
                .limit(limit)
                .remaining(limit - taken)
                .windowMillis(limit * HOUR_MILLIS)
                .resetAfterMillis(taken * HOUR_MILLIS)
                .nextTokenMillis(HOUR_MILLIS)
                .retryAfterMillis(0L)
                .build();
    }

    static void awaitReady(Admissions admissions) {
        Awaitility.await("readiness")
                .atMost(Duration.ofMinutes(3))
                .until(() -> admissions.readiness().ready());
    }

    /** Holds everything that was answered, decided and refused against the log and the guarantees. */
    LogOracle assertAgainstLog() {
        return assertAgainstLog(BOUNDS);
    }

    /** The same under other limits than {@link #RULES}. */
    LogOracle assertAgainstLog(Map<String, LimitBound> bounds) {
        LogOracle oracle = LogOracle.assertAll(bootstrapServers, new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        DecisionHistory.read(bootstrapServers).assertGuarantees(oracle, bounds, IDEMPOTENCY_WINDOW_MILLIS);
        return oracle;
    }

    @Override
    public void close() {
        stopApp();
    }
}
