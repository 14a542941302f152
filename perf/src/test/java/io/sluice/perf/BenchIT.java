package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks as {@code ./dev bench} runs them: in a process, briefly. What they measure is never decided here. */
final class BenchIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long PROCESS_SECONDS = 900;

    @TempDir
    Path directory;

    @Test
    void shouldReportPairsAndNoOverAdmission_whenTheTopologyIsMeasured() throws Exception {
        // When
        Finished bench = run("10", "--smoke");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        assertThat(bench.output()).contains("# | figure | median");
        JsonNode rows = report(bench);
        assertPair(rows, "topology, 100 k keys, 1 limit", "01 stateless twin");
        assertPair(rows, "topology, 100 k keys, 1 limit, processor", "01 stateless twin");
        assertThat(row(rows, "over-admission").path("median").asDouble(-1)).isZero();
    }

    @Tag("long")
    @Test
    void shouldReportPairsAndNoOverAdmission_whenRestIsMeasured() throws Exception {
        // When
        Finished bench = run("00", "02", "--smoke");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        JsonNode rows = report(bench);
        for (String percentile : List.of("p50", "p90", "p99", "p99.9", "max")) {
            assertPair(rows, "REST through Kafka, 200/s, " + percentile, "00 echo");
            assertPair(rows, "REST, one hot client, " + percentile, "02 bare handler");
        }
        assertPair(rows, "REST, one hot client", "02 bare handler");
        assertThat(row(rows, "REST, one hot client, allocated above 02 bare handler, direct")
                        .path("goal")
                        .asText())
                .isEqualTo("≤ 1,024");
        assertThat(row(rows, "over-admission").path("median").asDouble(-1)).isZero();
    }

    @Tag("long")
    @Test
    void shouldReportNoOverAdmission_whenTheGatewayIsMeasured() throws Exception {
        // When
        Finished bench = run("18", "--smoke");

        // Then Envoy's own service is beside it where it can be built
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        JsonNode rows = report(bench);
        for (String traffic : List.of("through Kafka, 1,000 clients", "out of leases, 100 clients")) {
            for (String figure : List.of("1000/s, p50", "1000/s, p99", "64 in flight")) {
                assertThat(row(rows, "gRPC " + traffic + ", " + figure)
                                .path("median")
                                .asDouble())
                        .as(traffic + ", " + figure)
                        .isPositive();
            }
        }
        for (String role : List.of("sluice dev", "sluice gateway")) {
            assertThat(row(rows, role + ", first call, one descriptor, max")
                            .path("median")
                            .asDouble())
                    .as(role)
                    .isPositive();
        }
        assertThat(row(rows, "over-admission").path("median").asDouble(-1)).isZero();
    }

    @Tag("long")
    @Test
    void shouldReportNoOverAdmission_whenManyClientsAsk() throws Exception {
        // When
        Finished bench = run("many", "takeover", "start", "--smoke");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        JsonNode rows = report(bench);
        assertPair(rows, "REST, 10,000 clients by Zipf, 64 at once", "02 bare handler, direct");
        assertThat(row(rows, "REST, 10,000 clients by Zipf, records of requests")
                        .path("median")
                        .asDouble())
                .isPositive();
        for (String figure :
                List.of("REST, 10,000 clients by Zipf, admitted beyond a client's limit", "over-admission")) {
            assertThat(row(rows, figure).path("median").asDouble(-1)).as(figure).isZero();
        }
        assertThat(row(rows, "kill -9, longest gap of a partition")
                        .path("median")
                        .asDouble())
                .isPositive();
    }

    @Test
    void shouldPrintEveryRow_whenMicroBenchmarksRun() throws Exception {
        // When
        Finished bench = run("store", "--smoke");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        JsonNode rows = report(bench);
        assertThat(row(rows, "read bucket").path("median").asDouble()).isPositive();
        assertThat(row(rows, "write bucket, allocated").path("median").asDouble())
                .isNotNegative();
    }

    @Test
    void shouldNameTheScenarios_whenAskedForOneThatDoesNotExist() throws Exception {
        Finished bench = run("engines");

        assertThat(bench.exit()).isEqualTo(2);
        assertThat(bench.complaints()).contains("\"engines\" (expected: 10 topology, 11 latency, 12 fast-path,");
    }

    private static JsonNode report(Finished bench) throws IOException {
        String file = bench.complaints()
                .lines()
                .filter(line -> line.endsWith(".json"))
                .findFirst()
                .orElseThrow();
        return new ObjectMapper()
                .readTree(Path.of(file.substring(file.indexOf('/'))).toFile())
                .path("rows");
    }

    private static JsonNode row(JsonNode rows, String figure) {
        for (JsonNode row : rows) {
            if (row.path("figure").asText().equals(figure)) {
                return row;
            }
        }
        return fail("no row \"" + figure + "\" in " + rows);
    }

    private static void assertPair(JsonNode rows, String figure, String baseline) {
        JsonNode row = row(rows, figure);
        assertThat(row.path("median").asDouble()).as(figure).isPositive();
        assertThat(row.path("baseline").path("name").asText()).as(figure).isEqualTo(baseline);
        assertThat(row.path("ratio").path("median").asDouble()).as(figure).isPositive();
    }

    private record Finished(int exit, String output, String complaints) {}

    private Finished run(String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("out");
        Path complaints = directory.resolve("err");
        String classPath =
                TARGET.resolve("classes") + File.pathSeparator + TARGET.resolve("lib") + File.separator + "*";
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(
                        Stream.of(java, "-Xmx1g", "-cp", classPath, "io.sluice.perf.Bench"), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(complaints.toFile())
                .start();
        try {
            assertThat(process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS))
                    .as("ended within " + PROCESS_SECONDS + " s: " + command)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Finished(process.exitValue(), Files.readString(output), Files.readString(complaints));
    }
}
