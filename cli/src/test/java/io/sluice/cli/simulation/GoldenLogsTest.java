package io.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.log.ExportedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The {@link GoldenLogs} are decided as they were when they were written. */
@ExtendWith(WithoutStreamsLog.class)
final class GoldenLogsTest {
    private static final String ADVICE = "%s: the code decides this log in another way than before. Raise the ledger"
            + " version: CONTRIBUTING.md, \"A change of what is decided\"";

    @TempDir
    private Path directory;

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

        // When
        AuditResult audit = LogAudits.of(log, directory);

        // Then
        assertThat(audit.listed()).as(ADVICE, path).isEmpty();
        assertThat(audit.isProof()).as(ADVICE, path).isTrue();
    }
}
