package io.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.streams.replay.RunSettings;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The {@link GoldenLogs} are decided as they were when they were written. */
final class GoldenLogsTest {
    private static final int CACHED_MAX = 50;
    private static final String ADVICE = "%s: the code decides this log in another way than before. Raise the ledger"
            + " version: CONTRIBUTING.md, \"A change of what is decided\"";

    @TempDir
    private Path directory;

    @BeforeAll
    static void logNothing() {
        streams().setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        streams().setLevel(null);
    }

    private static Logger streams() {
        return (Logger) LoggerFactory.getLogger("io.sluice.streams");
    }

    private static List<Path> logs() throws IOException {
        try (Stream<Path> paths = Files.walk(GoldenLogs.DIRECTORY, 2)) {
            return paths.filter(path -> path.getFileName().toString().startsWith("seed-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldHaveLogs_ofTheNewestLedgerVersion() {
        assertThat(GoldenLogs.newest()).isNotEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("logs")
    void shouldDecideAsBefore_whenTheCodeIsNewer(Path path) throws Exception {
        // Given
        ExportedLog log = new ExportedLog(path);
        RunSettings settings = new RunSettings(log.partitions(), log.replyPartitions(), TestKeys.TRUSTED, CACHED_MAX);

        // When
        AuditResult audit = new AuditResult(
                log.name(),
                RunWindow.ALL,
                new LogRun(log, RunWindow.ALL, new RunBounds(2, 32 << 20, CACHED_MAX, directory))
                        .run((partition, places) -> new AuditWork(
                                partition,
                                settings,
                                places.next(),
                                log.decisions(partition),
                                /* isWhole= */ true,
                                /* listedMax= */ 10)));

        // Then
        assertThat(audit.listed()).as(ADVICE, path).isEmpty();
        assertThat(audit.isProof()).as(ADVICE, path).isTrue();
    }
}
