package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README's tour, taken from the README and run by a shell, in its order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ReadmeIT {
    private static final long NANOS_A_TOKEN = 3_000_000_000L;
    private static DevProcess dev;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        dev = DevProcess.ready(data);
        // A process that has just started may need longer for its first verdict than its callers wait.
        HttpCaller caller = new HttpCaller();
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            List<String> warmUp = List.of("{\"clientId\":\"warm/up\"}");
            return caller.postAll(dev.httpUrl() + "/v1/admissions", warmUp)
                            .get(0)
                            .status()
                    == 200;
        });
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    @Test
    @Order(1)
    void shouldBeAdmitted_whenAsked() throws Exception {
        // Given
        // When
        String output = run("ask");

        // Then
        assertThat(output)
                .contains("200 OK")
                .contains("RateLimit-Policy: \"free-per-client\";q=20;w=60, \"free-per-account\";q=200;w=12")
                .contains("RateLimit: \"free-per-client\";r=19;t=3, \"free-per-account\";r=199;t=1")
                .contains("\"verdict\":\"allow\"");
    }

    @Test
    @Order(2)
    void shouldRunIntoTheLimit_whenAskedTooOften() throws Exception {
        // Given
        // When
        long startNanos = System.nanoTime();
        String counts = run("limit");
        long flowedBack = (System.nanoTime() - startNanos) / NANOS_A_TOKEN;
        String denial = run("denial");

        // Then: twenty, and what flowed back meanwhile
        long allowed = counted(counts, 200);
        assertThat(allowed).isBetween(20L, 20 + flowedBack);
        assertThat(counted(counts, 429)).isEqualTo(25 - allowed);
        assertThat(denial)
                .contains("429 Too Many Requests")
                .contains("application/problem+json")
                .containsPattern("Retry-After: \\d+")
                .contains("\"violated-policies\":[\"free-per-client\"]");
    }

    @Test
    @Order(3)
    void shouldChargeOnce_whenRetried() throws Exception {
        // Given
        // When
        String output = run("retry");
        String quota = run("quota");

        // Then
        assertThat(output.lines()).containsExactly("\"replayed\":false", "\"replayed\":true");
        assertThat(quota).contains("\"clientId\":\"acme/carol\"").containsPattern("\"remaining\":1[5-9]");
    }

    @Test
    @Order(4)
    void shouldGetDecisionsAndVerdicts_whenAskedWithKcat() throws Exception {
        // Given
        assumeTrue(isInstalled("kcat"), "kcat is not installed");

        // When
        run("produce");

        // Then
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(run("verdicts"))
                        .contains("\"correlationId\":\"row-1\"")
                        .contains("\"verdict\":\"allow\""));
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(run("decisions"))
                        .contains(
                                "\"clientId\":\"acme/batch-7\",\"cost\":5,\"requestId\":\"row-1\"",
                                "\"allowed\":1,\"denied\":0,\"charged\":5"));
    }

    @Test
    @Order(5)
    void shouldShowDecisions_whenAskedWithSluiceItself() throws Exception {
        // Given
        // When
        SluiceProcess.Ended ended = SluiceProcess.run("decisions", "--bootstrap-servers", dev.bootstrapServers());

        // Then
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.lines()).anySatisfy(line -> assertThat(line).contains("\"clientId\":\"acme/"));
    }

    @Test
    @Order(6)
    void shouldGiveBackTheRest_whenAReservationIsCommitted() throws Exception {
        // Given
        // When
        String output = run("reserve");

        // Then
        assertThat(output.lines()).containsExactly("\"outcome\":\"committed\"", "\"returned\":6");
    }

    @Test
    @Order(7)
    void shouldBeHeldUntilItsScheduledTime_whenTheCallerWaits() throws Exception {
        // Given
        // When / Then: again, should all have flowed back between the two
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(run("wait"))
                        .containsPattern("\"delayMillis\":[12]?\\d{1,3},\"action\":\"throttle\""));
    }

    @Test
    @Order(8)
    void shouldServeProbesMetricsAndDescription_always() {
        // Given
        HttpCaller caller = new HttpCaller();

        // When / Then
        assertThat(caller.get(dev.adminUrl() + "/readyz").status()).isEqualTo(200);
        assertThat(caller.get(dev.httpUrl() + "/healthz").body()).contains("up");
        assertThat(caller.get(dev.httpUrl() + "/openapi.yaml").body()).startsWith("openapi: 3.1");
        assertThat(caller.get(dev.adminUrl() + "/metrics").body())
                .contains("sluice_decisions_total{reason=\"within-limits\",verdict=\"allow\"}")
                .contains("sluice_client_pending ")
                .contains("kafka_stream_");
    }

    /** How often the status is counted; 0 if it is not. */
    private static long counted(String counts, int status) {
        Matcher count = Pattern.compile("(\\d+) " + status).matcher(counts);
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }

    private static String run(String name) throws IOException, InterruptedException {
        return new ReadmeBlock(dev.httpUrl(), dev.bootstrapServers()).run(name);
    }

    private static boolean isInstalled(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + command).start().waitFor() == 0;
    }
}
