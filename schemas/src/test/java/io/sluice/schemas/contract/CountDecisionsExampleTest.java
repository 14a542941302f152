package io.sluice.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.DecisionRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for analysts, run on a record of every kind. */
final class CountDecisionsExampleTest {
    private static final Path SCRIPT = Path.of("../examples/count_decisions.py");
    /** All samples lie on one day. */
    private static final String DAY = "2023-11-14";

    @BeforeAll
    static void requirePython() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "python3 is not installed");
    }

    @Test
    void shouldCountWhatTheRecordsSay_whenTheyComeOnStandardInput() throws Exception {
        // Given
        Collection<DecisionRecord> records = SampleRecords.decisions().values();

        // When
        List<String> lines = run(records, "--day", DAY);

        // Then
        assertThat(lines.get(0)).isEqualTo("allowed\tdenied\tcharged\taccount");
        assertThat(lines.get(lines.size() - 1)).isEqualTo(sums(records) + "\t(all)");
        assertThat(lines).hasSizeGreaterThan(2);
        assertThat(run(records, "--day", "2023-11-15")).containsExactly(lines.get(0), "0\t0\t0\t(all)");
    }

    @Test
    void shouldCountByClient_whenReadFromAFile(@TempDir Path directory) throws Exception {
        // Given
        List<DecisionRecord> records = List.of(
                SampleRecords.decisions().get("decision-allow"),
                SampleRecords.decisions().get("decision-lease-granted"),
                SampleRecords.decisions().get("decision-lease-report-returned"));
        Path file = directory.resolve("decisions.jsonl");
        Files.write(file, lines(records));

        // When
        List<String> lines = run(List.of(), "--by", "client", file.toString());

        // Then: one admission of 2 tokens, and 45 out of a lease that spent 90, which denied two others
        assertThat(lines)
                .containsExactly("allowed\tdenied\tcharged\tclient", "46\t2\t92\tacmé/alice", "46\t2\t92\t(all)");
    }

    private static String sums(Collection<DecisionRecord> records) {
        return records.stream().mapToLong(DecisionRecord::allowed).sum() + "\t"
                + records.stream().mapToLong(DecisionRecord::denied).sum() + "\t"
                + records.stream().mapToLong(DecisionRecord::charged).sum();
    }

    private static byte[] lines(Collection<DecisionRecord> records) {
        StringBuilder lines = new StringBuilder();
        records.forEach(record -> lines.append(new String(DecisionCodec.encode(record), StandardCharsets.UTF_8))
                .append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> run(Collection<DecisionRecord> records, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        try (OutputStream input = process.getOutputStream()) {
            input.write(lines(records));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output.lines().toList();
    }
}
