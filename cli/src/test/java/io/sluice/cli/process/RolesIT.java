package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.schemas.control.ControlKey;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The roles as an operator runs them: each a process of its own, against a Kafka that is not ours. */
final class RolesIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final String KEY = "5a".repeat(32);
    private static final String RULES = """
            limits:
              - id: per-client
                scope: client
                rate: {tokens: 1, per: 1h}
                burst: 20
            """;
    private static final Pattern API = Pattern.compile("sluice request-api: http (http://\\S+)\\s+admin (http://\\S+)");
    private static final Pattern STREAMS = Pattern.compile("sluice streams-app: admin (http://\\S+)");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldAdmitRefuseAndRecover_whenRolesRunApart() throws Exception {
        // Given the steps of OPERATIONS.md
        Files.writeString(directory.resolve("control.key"), KEY + "\n");
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        run("topics", "create", "--request-partitions", "2", "--reply-partitions", "2");
        SluiceProcess first = streamsApp();
        run("rules", "apply", "--reason", "first rules", rules.toString());

        try (SluiceProcess api = api()) {
            String url = api.awaitLine(API).group(1);
            List<String> twentyFive = Collections.nCopies(25, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":20000}");

            // When the streams app runs, dies, and runs again
            assertReady(first.awaitLine(STREAMS).group(1), url);
            List<Call> calls = caller.postAll(url + "/v1/admissions", twentyFive);
            first.kill();
            Call orphaned = ask(url, "{\"clientId\":\"acme/bob\",\"deadlineMillis\":300}");
            try (SluiceProcess second = streamsApp()) {
                assertReady(second.awaitLine(STREAMS).group(1), url);
                Call after = ask(url, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":20000}");

                // Then
                assertThat(calls).filteredOn(call -> call.status() == 200).hasSize(20);
                assertThat(calls).filteredOn(call -> call.status() == 429).hasSize(5);
                assertThat(orphaned.status()).as(orphaned.body()).isEqualTo(503);
                assertThat(orphaned.body()).contains("temporary-reduced-capacity", "no verdict within 300 ms");
                assertThat(after.status()).as(after.body()).isEqualTo(429);
                assertAgainstLog();
                assertThat(second.stop()).isTrue();
                assertThat(second.lines()).allSatisfy(RolesIT::isOurLineOrJson);
            }
            assertThat(api.stop()).isTrue();
            assertThat(api.lines()).allSatisfy(RolesIT::isOurLineOrJson);
        }
    }

    private SluiceProcess api() throws IOException {
        return SluiceProcess.start(
                environment(),
                List.of("request-api", "--http-port", "0", "--admin-port", "0", "--ping-interval-millis", "500"));
    }

    private SluiceProcess streamsApp() throws IOException {
        return SluiceProcess.start(
                environment(),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--state-dir",
                        directory.resolve("state").toString()));
    }

    private void run(String... arguments) throws Exception {
        SluiceProcess.Ended ended = SluiceProcess.run(environment(), arguments);
        assertThat(ended.exitCode()).as(String.join("\n", ended.lines())).isZero();
    }

    private Map<String, String> environment() {
        return Map.of(
                "SLUICE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "SLUICE_CONTROL_KEY_FILE", directory.resolve("control.key").toString(),
                "SLUICE_LOG_FORMAT", "json",
                // A single broker holds no second replica; a short session lets the second app take over soon.
                "SLUICE_KAFKA_REPLICATION_FACTOR", "1",
                "SLUICE_KAFKA_SESSION_TIMEOUT_MS", "6000");
    }

    private void assertReady(String streamsUrl, String apiUrl) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(caller.get(streamsUrl + "/readyz").status()).isEqualTo(200);
            assertThat(caller.get(apiUrl + "/readyz").status()).isEqualTo(200);
        });
        assertThat(caller.get(streamsUrl + "/metrics").body()).contains("sluice_ruleset_revision");
    }

    private Call ask(String url, String body) {
        return caller.postAll(url + "/v1/admissions", List.of(body)).get(0);
    }

    private void assertAgainstLog() {
        LogOracle oracle = LogOracle.assertAll(
                BROKER.bootstrapServers(), new OracleConfig(ControlKey.ofHex(KEY), REPLY_PARTITIONS));
        DecisionHistory.read(BROKER.bootstrapServers())
                .assertGuarantees(oracle, Map.of("per-client", new LimitBound(20, 1, 3_600_000)), 600_000);
    }

    private static void isOurLineOrJson(String line) {
        assertThat(line)
                .satisfiesAnyOf(
                        ours -> assertThat(ours).startsWith("sluice "),
                        json -> assertThat(json).startsWith("{").endsWith("}"));
    }
}
