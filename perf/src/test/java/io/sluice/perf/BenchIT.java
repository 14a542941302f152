package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks as {@code ./dev bench} runs them: in a process, briefly. What they measure is never judged here. */
final class BenchIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long PROCESS_SECONDS = 120;

    @TempDir
    Path directory;

    @Test
    void shouldPrintEveryRow_whenTheEngineIsMeasured() throws Exception {
        // When
        Finished bench = run("engine", "--quick");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        assertRow(bench, "HashMap look-up", 2);
        assertRow(bench, "locked array bucket", 2);
        assertRow(bench, "Bucket4j tryConsume", 2);
        assertRow(bench, "Bucket4j tryConsumeAndReturnRemaining", 2);
        assertRow(bench, "arithmetic of one limit", 2);
        assertRow(bench, "arithmetic of four limits", 2);
        assertRow(bench, "Sluice, one limit", 2);
        assertRow(bench, "Sluice, four limits", 2);
        assertRow(bench, "matching, 1 limit", 2);
        assertRow(bench, "matching, 100 limits", 2);
        assertRow(bench, "matching, 10,000 limits", 2);
        assertRow(bench, "Sluice, one limit / HashMap look-up", 3);
        assertRow(bench, "Sluice, one limit / locked array bucket", 3);
        assertRow(bench, "Sluice, one limit / Bucket4j tryConsume", 3);
        assertRow(bench, "Sluice, one limit / Bucket4j tryConsumeAndReturnRemaining", 3);
        assertRow(bench, "Sluice, four limits / Sluice, one limit", 3);
        assertRow(bench, "matching, 100 limits / matching, 1 limit", 3);
        assertRow(bench, "matching, 10,000 limits / matching, 1 limit", 3);
    }

    @Test
    void shouldReportEveryFigureAsJson_whenTheRoundTripIsMeasured() throws Exception {
        // When
        Finished bench = run("round-trip", "--quick", "--output", "json");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        JsonNode tables = new ObjectMapper().readTree(bench.output()).path("tables");
        JsonNode figures = tables.path(0).path("rows");
        for (String row :
                List.of("echo, sequential", "Sluice, sequential", "echo, 32 in flight", "Sluice, 32 in flight")) {
            for (String column : List.of("p50 us", "p99 us", "requests/s")) {
                assertThat(figures.path(row).path(column).asDouble())
                        .as(row + " " + column)
                        .isPositive();
            }
        }
        JsonNode ratios = tables.path(1).path("rows");
        for (String load : List.of("sequential", "32 in flight")) {
            for (String percentile : List.of("p50", "p99")) {
                String row = "Sluice / echo, " + load + ", " + percentile;
                assertThat(ratios.path(row).path("median").asDouble()).as(row).isPositive();
            }
        }
    }

    @Test
    void shouldPrintEveryRow_whenActivationsAreMeasured() throws Exception {
        // When
        Finished bench = run("activation", "--quick");

        // Then
        assertThat(bench.exit()).as(bench.complaints()).isZero();
        assertRow(bench, "10 limits, quiet", 3);
        assertRow(bench, "10 limits, while activated", 3);
    }

    @Test
    void shouldNameTheBenchmarks_whenAskedForOneThatDoesNotExist() throws Exception {
        Finished bench = run("engines");

        assertThat(bench.exit()).isEqualTo(2);
        assertThat(bench.complaints())
                .contains("\"engines\" (expected: engine, codec, topology, round-trip, activation)");
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

    /** One row with that many figures, the first above zero; allocation may rightly be none. */
    private static void assertRow(Finished bench, String name, int figures) {
        List<String> rows = bench.output()
                .lines()
                .filter(line -> line.startsWith("  " + name + "  "))
                .toList();
        assertThat(rows).as("rows of \"" + name + "\" in\n" + bench.output()).hasSize(1);
        String[] texts = rows.get(0).substring(2 + name.length()).trim().split(" +");
        assertThat(texts).as(rows.get(0)).hasSize(figures);
        assertThat(Double.parseDouble(texts[0].replace(",", "")))
                .as(rows.get(0))
                .isPositive();
        for (String text : texts) {
            assertThat(Double.parseDouble(text.replace(",", "")))
                    .as(rows.get(0))
                    .isNotNegative();
        }
    }
}
