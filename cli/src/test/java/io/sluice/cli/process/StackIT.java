package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * A stack of containers from outside: the README's tour, a load, and each of some containers killed in turn.
 *
 * <p>{@code ./dev stack} brings one up and says where it is, by the variables {@code STACK_*}.
 */
@Tag("long")
@EnabledIfEnvironmentVariable(named = "STACK_URL", matches = ".+", disabledReason = "./dev stack runs it")
final class StackIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** Longer than a lease, and than it takes to settle one. */
    private static final Duration AT_REST = Duration.ofSeconds(5);

    private static final int REQUESTS_PER_SECOND = 20;
    /** The rules of deploy/compose/rules.yaml. */
    private static final Map<String, LimitBound> BOUNDS = Map.of(
            "free-per-client", new LimitBound(20, 20, 60_000), "free-per-account", new LimitBound(200, 1_000, 60_000));

    private static final long BURST = 20;
    private static final long MILLIS_PER_TOKEN = 3_000;
    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    private final String url = variable("STACK_URL");
    private final String bootstrapServers = variable("STACK_BOOTSTRAP_SERVERS");
    private final Path keys = Path.of(variable("STACK_KEYS"));
    private final List<String> victims = List.of(variable("STACK_VICTIMS").split(",", -1));
    private final Duration calm = Duration.ofSeconds(Long.parseLong(variable("STACK_SECONDS")));

    private static String variable(String name) {
        return Objects.requireNonNullElse(System.getenv(name), "");
    }

    @Test
    void shouldKeepEveryGuarantee_whenContainersAreKilledUnderLoad() throws Exception {
        // Given
        awaitVerdict();
        tour();
        awaitScraped();
        try (StackLoad load = new StackLoad(url, "run" + System.currentTimeMillis())) {
            load.start(REQUESTS_PER_SECOND);
            awaitAnswered(load);
            report("no fault", load);

            // When
            for (String victim : victims) {
                if (!victim.isEmpty()) {
                    podman("kill", victim);
                    awaitAnswered(load);
                    report("killed " + victim, load);
                    podman("start", victim);
                    awaitHealthy(victim);
                    awaitAnswered(load);
                    report("again " + victim, load);
                }
            }
            load.stop();

            // Then
            Awaitility.await("every request has a verdict").atMost(WITHIN).until(() -> load.waiting() == 0);
            report("the end", load);
            assertThat(load.overAdmitted(BURST, MILLIS_PER_TOKEN))
                    .as("admitted beyond the limit of a client")
                    .isZero();
        }
        awaitAtRest();
        LogOracle oracle = assertAgainstLog();
        System.out.println("stack: the log oracle agrees with every record: "
                + oracle.outcomes().size() + " requests in the log, "
                + DecisionHistory.read(bootstrapServers).records().size() + " decision records; over-admitted 0");
    }

    /** Until nobody asks, and front ends have given their leases back: then only pings are written. */
    private void awaitAtRest() {
        Awaitility.await("the decision topic is at rest")
                .atMost(WITHIN)
                .pollInterval(AT_REST)
                .until(new Callable<Boolean>() {
                    private long before = -1;

                    @Override
                    public Boolean call() {
                        long end =
                                DecisionHistory.read(bootstrapServers).records().size();
                        boolean atRest = end == before;
                        before = end;
                        return atRest;
                    }
                });
    }

    private LogOracle assertAgainstLog() {
        int replyPartitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REPLIES);
        LogOracle oracle =
                LogOracle.assertAll(bootstrapServers, new OracleConfig(TestKeys.trustedIn(keys), replyPartitions));
        DecisionHistory.read(bootstrapServers).assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        return oracle;
    }

    /** Of accounts in every partition; the first verdicts of a cold server come late. */
    private void awaitVerdict() {
        HttpCaller caller = new HttpCaller();
        List<String> peeks = IntStream.range(0, 40)
                .mapToObj(account -> "{\"clientId\":\"warm-" + account + "/up\",\"cost\":0}")
                .toList();
        Awaitility.await("every peek has a verdict")
                .atMost(WITHIN)
                .until(() ->
                        caller.postAll(url + "/v1/admissions", peeks).stream().allMatch(call -> call.status() == 200));
    }

    /** What the README says that one sees. */
    private void tour() throws IOException, InterruptedException {
        ReadmeBlock readme = new ReadmeBlock(url, bootstrapServers);
        assertThat(readme.run("ask")).contains("200 OK").contains("\"free-per-client\";r=19");
        String counts = readme.run("limit");
        String denial = readme.run("denial");
        assertThat(denial).contains("429 Too Many Requests").contains("\"violated-policies\":[\"free-per-client\"]");
        System.out.println("stack: 25 requests of the README: " + counts.strip().replaceAll("\\s+", " "));
    }

    /** Prometheus sees every server, if there is a Prometheus. */
    private void awaitScraped() {
        String prometheus = variable("STACK_PROMETHEUS_URL");
        if (prometheus.isEmpty()) {
            return;
        }
        HttpCaller caller = new HttpCaller();
        Awaitility.await("Prometheus sees four servers")
                .atMost(WITHIN)
                .ignoreExceptions()
                .until(() -> caller.get(prometheus + "/api/v1/query?query=count(up==1)")
                        .body()
                        .contains(",\"4\"]"));
    }

    /** Until as many requests were answered as come in the time between two faults. */
    private void awaitAnswered(StackLoad load) {
        long enough = load.answered() + calm.toSeconds() * REQUESTS_PER_SECOND;
        Awaitility.await("answers").atMost(WITHIN).until(() -> load.answered() >= enough);
    }

    private static void report(String when, StackLoad load) {
        StackLoad.Figures figures = load.figures();
        System.out.printf(
                "stack: %-34s %6d answered, %5d allowed, %5d denied, %4d repeated, slowest %5d ms%n",
                when,
                figures.answered(),
                figures.allowed(),
                figures.denied(),
                figures.repeated(),
                figures.slowestMillis());
    }

    private static void awaitHealthy(String container) {
        Awaitility.await(container + " is healthy")
                .atMost(WITHIN)
                .until(() -> run("healthcheck", "run", container) == 0);
    }

    private static void podman(String... words) throws IOException, InterruptedException {
        assertThat(run(words)).as("podman " + String.join(" ", words)).isZero();
    }

    private static int run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("podman").redirectErrorStream(true);
        builder.command().addAll(List.of(words));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0 && !words[0].equals("healthcheck")) {
            System.out.println("stack: podman " + String.join(" ", words) + ": " + output);
        }
        return code;
    }
}
