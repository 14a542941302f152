package io.sluice.replay.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.audit.PartitionAudit;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFileTest {
    private static final long SEED = 3;

    @TempDir
    Path directory;

    private ListLog log;
    private Path exported;

    @BeforeEach
    void export() throws Exception {
        log = TrafficLog.of(SEED, 300);
        log.publish(log.requests.get(0).get(0).timestampMillis() - 60_000, 1, TrafficLog.limits(6));
        new Runs(directory).serve(log);
        exported = directory.resolve("exported");
        new LogExport(log, () -> false).to(exported, new LogExport.Part(null, null, true, false));
    }

    private List<LoggedRecord> read(int partition) throws LogException {
        List<LoggedRecord> records = new ArrayList<>();
        try (ExportedLog copy = new ExportedLog(exported);
                LogReader reader = copy.requests(partition, null)) {
            for (LoggedRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
        }
        return records;
    }

    @Test
    void shouldReadTheSameRecords_whenTheyWereWritten() throws Exception {
        // When, Then
        for (int partition = 0; partition < log.partitions(); partition++) {
            assertThat(read(partition))
                    .usingElementComparator((left, right) -> left.offset() == right.offset()
                                    && left.timestampMillis() == right.timestampMillis()
                                    && Arrays.equals(left.key(), right.key())
                                    && Arrays.equals(left.value(), right.value())
                            ? 0
                            : 1)
                    .containsExactlyElementsOf(log.requests.get(partition));
        }
    }

    @Test
    void shouldRederiveEveryDecision_whenAuditedFromFiles() throws Exception {
        // Given
        RunBounds bounds = new RunBounds(1, 32 << 20, 64, directory);

        // When
        AuditResult audit;
        try (ExportedLog copy = new ExportedLog(exported)) {
            audit = new AuditResult(
                    copy.name(),
                    RunWindow.ALL,
                    new LogRun(copy, RunWindow.ALL, bounds)
                            .run((partition, places) -> new AuditWork(
                                    partition,
                                    Runs.settings(log),
                                    places.next(),
                                    Objects.requireNonNull(copy.decisions(partition)),
                                    true,
                                    10)));
        }

        // Then
        assertThat(audit.listed()).as("seed %s", SEED).isEmpty();
        assertThat(audit.isProof()).isTrue();
    }

    @Test
    void shouldBringTheRulesOfThatTime_whenAPartIsExported() throws Exception {
        // Given
        Path part = directory.resolve("later");
        LogExport.Part later = new LogExport.Part(new LogPoint.AtOffset(20), null, true, false);
        new LogExport(log, () -> false).to(part, later);

        // When
        List<PartitionAudit> audits;
        try (ExportedLog copy = new ExportedLog(part)) {
            audits = new LogRun(copy, RunWindow.ALL, new RunBounds(1, 32 << 20, 64, directory))
                    .run((partition, places) -> new AuditWork(
                            partition,
                            Runs.settings(log),
                            places.next(),
                            Objects.requireNonNull(copy.decisions(partition)),
                            true,
                            10));
        }

        // Then
        assertThat(audits).allSatisfy(audit -> {
            assertThat(audit.facts().startRules().revision()).isEqualTo(1);
            assertThat(audit.facts().withoutRules()).isZero();
        });
    }

    @Test
    void shouldTakeAPart_whenOneIsAskedFor() throws Exception {
        // Given
        Path part = directory.resolve("part");

        // When
        new LogExport(log, () -> false)
                .to(part, new LogExport.Part(new LogPoint.AtOffset(20), new LogPoint.AtOffset(50), false, false));

        // Then
        LogManifest manifest = LogManifest.read(part);
        assertThat(manifest.requests()).allMatch(span -> span.equals(new LogManifest.Span(20, 50, 30)));
        assertThat(manifest.decisions()).isEmpty();
    }

    @Test
    void shouldNameTheDamage_whenAFileIsCutOrChanged() throws Exception {
        // Given
        Path file = LogManifest.requestsFile(exported, 1);
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[whole.length / 2] ^= 1;

        // When, Then
        assertDamage(file, Arrays.copyOf(whole, whole.length / 2), "ends in the middle");
        assertDamage(file, changed, "is damaged after");
        assertDamage(file, "{}".getBytes(StandardCharsets.UTF_8), "it is no gzip");
        Files.delete(file);
        assertThatThrownBy(() -> read(1)).isInstanceOf(LogException.class).hasMessageContaining("does not exist");
    }

    private void assertDamage(Path file, byte[] content, String message) throws IOException {
        Files.write(file, content);
        assertThatThrownBy(() -> read(1))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseIt_whenTheManifestIsMissingOrOfAnotherVersion() throws Exception {
        // Given
        Path manifest = exported.resolve("manifest.json");
        String text = Files.readString(manifest);

        // When, Then
        Files.writeString(manifest, text.replaceFirst("\"endOffset\":\\d+", "\"endOffset\":5"));
        assertThatThrownBy(() -> read(0))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("offset 5 (expected: 0..4, as the manifest says)");
        Files.writeString(manifest, text.replaceFirst("\"replyPartitions\":\\d+", "\"replyPartitions\":0"));
        assertThatThrownBy(() -> new ExportedLog(exported))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("0 of replies (expected: at least 1 of each)");
        Files.writeString(manifest, text.replace("\"v\":1", "\"v\":2"));
        assertThatThrownBy(() -> new ExportedLog(exported))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("version 1");
        Files.delete(manifest);
        assertThatThrownBy(() -> new ExportedLog(exported))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("that was finished");
    }

    @Test
    void shouldRefuseToWrite_whenTheDirectoryHasAnExport() {
        // When, Then
        assertThatThrownBy(
                        () -> new LogExport(log, () -> false).to(exported, new LogExport.Part(null, null, true, false)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("has an export already");
    }
}
