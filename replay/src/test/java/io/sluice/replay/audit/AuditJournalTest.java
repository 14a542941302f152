package io.sluice.replay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.run.RunJournal;
import io.sluice.replay.run.RunWindow;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditJournalTest {
    private static final long SEED = 41;
    private static final String LOG = "cluster kafka-1:9092";

    @TempDir
    Path directory;

    private Path file;
    private AuditResult audit;

    @BeforeEach
    void run() throws Exception {
        file = directory.resolve("audit.jsonl");
        ListLog log = TrafficLog.of(SEED, 300);
        Runs runs = new Runs(directory);
        runs.serve(log);
        log.publish(0, 1, TrafficLog.limits(6));
        // With differences, notes and refused records.
        audit = runs.audit(log.cutTo(20), RunWindow.ALL);
        assertThat(audit.listed()).as("seed %s", SEED).isNotEmpty();
    }

    private RunJournal<PartitionAudit> open() throws LogException {
        return AuditJournal.open(file, LOG, RunWindow.ALL);
    }

    @Test
    void shouldGoOnWithTheOthers_whenItWasInterrupted() throws Exception {
        // Given
        RunJournal<PartitionAudit> interrupted = open();
        interrupted.add(audit.partitions().get(1));
        interrupted.add(audit.partitions().get(2));
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 10));

        // When: the last line is not whole
        RunJournal<PartitionAudit> resumed = open();

        // Then
        assertThat(resumed.done()).containsOnlyKeys(1);
        PartitionAudit kept = resumed.done().get(1);
        PartitionAudit was = audit.partitions().get(1);
        assertThat(kept)
                .usingRecursiveComparison()
                .ignoringFields("facts.startRules")
                .isEqualTo(was);
        assertThat(kept.facts().startRules().revision())
                .isEqualTo(was.facts().startRules().revision())
                .isEqualTo(1);

        // When, Then
        resumed.add(audit.partitions().get(0));
        resumed.add(audit.partitions().get(2));
        assertThat(open().done()).containsOnlyKeys(0, 1, 2);
    }

    @Test
    void shouldRefuseIt_whenItIsOfAnotherAudit() throws Exception {
        // Given
        open().add(audit.partitions().get(0));
        RunWindow other = new RunWindow(new LogPoint.AtOffset(7), null, false);

        // When, Then
        assertThatThrownBy(() -> AuditJournal.open(file, LOG, other))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("the same log and the same absolute --from and --until");
        assertThatThrownBy(() -> AuditJournal.open(file, "export monday", RunWindow.ALL))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("export monday");
        Files.writeString(file, "limits: []\n");
        assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining("limits: []");
    }

    @Test
    void shouldNameTheMistake_whenALineIsDamaged() throws Exception {
        // Given
        open().add(audit.partitions().get(0));
        Files.writeString(file, Files.readString(file).replace("\"derived\":", "\"derivd\":"));

        // When, Then
        assertThatThrownBy(this::open)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("derived: null (expected: a whole number)");
    }
}
