package io.sluice.replay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.ServedLog;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.LogExport;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message between partitions that nothing proves: the app has refused it, and so does a run without its key. */
final class ForgedMessageTest {
    private static final long SEED = 11;
    private static final int REQUESTS = 400;

    @TempDir
    Path directory;

    private ListLog log;

    @BeforeEach
    void serve() throws Exception {
        Path cluster = Files.createDirectory(directory.resolve("cluster"));
        log = ServedLog.attacked(cluster, SEED, REQUESTS, ServedLog.rules(200));
    }

    @Test
    void shouldRederiveEveryDecision_whenTheDeadLettersNameTheForgedMessages() throws Exception {
        // When
        AuditResult audit = new Runs(directory).audit(log, RunWindow.ALL);

        // Then
        assertThat(audit.listed()).as("seed %s", SEED).isEmpty();
        assertThat(audit.isProof()).isTrue();
        assertThat(audit.counters().refused()).containsKey("forged");
    }

    @Test
    void shouldTakeThem_whenThereAreNoDeadLetters() throws Exception {
        // When
        AuditResult audit = new Runs(directory).audit(log.withoutDeadLetters(), RunWindow.ALL);

        // Then: every later message of that sender counts as taken before
        assertThat(audit.contradictions()).as("seed %s", SEED).isPositive();
    }

    @Test
    void shouldRederiveEveryDecision_whenTheLogIsExported() throws Exception {
        // Given
        Path exported = directory.resolve("exported");

        // When
        new LogExport(log, () -> false).to(exported, new LogExport.Part(null, null, true, false));

        // Then
        try (ExportedLog copy = new ExportedLog(exported)) {
            assertThat(copy.unproven().has(1, 0)).isTrue();
            assertThat(audit(copy).isProof()).as("seed %s", SEED).isTrue();
        }
    }

    @Test
    void shouldNameOnlyThoseThatItHas_whenAPartIsExported() throws Exception {
        // Given
        Path exported = directory.resolve("part");
        log.unproven.add(1, 20);

        // When
        new LogExport(log, () -> false)
                .to(exported, new LogExport.Part(new LogPoint.AtOffset(10), new LogPoint.AtOffset(30), false, true));

        // Then
        try (ExportedLog copy = new ExportedLog(exported)) {
            assertThat(copy.unproven().has(1, 0)).isFalse();
            assertThat(copy.unproven().has(1, 20)).isTrue();
        }
    }

    private AuditResult audit(LogSource source) throws Exception {
        RunBounds bounds = new RunBounds(1, 32 << 20, 64, directory);
        return new AuditResult(
                source.name(),
                RunWindow.ALL,
                new LogRun(source, RunWindow.ALL, bounds)
                        .run((partition, places) -> new AuditWork(
                                partition,
                                source.settings(64),
                                places.next(),
                                source.decisions(partition),
                                /* isWhole= */ true,
                                /* listedMax= */ 10)));
    }
}
