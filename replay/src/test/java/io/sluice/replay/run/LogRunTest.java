package io.sluice.replay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.ListLog;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LoggedRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogRunTest {
    private static final long SEED = 2;

    @TempDir
    Path directory;

    /** Counts records; after so many, something happens. */
    private static final class Counting implements PartitionWork<Long> {
        private final Runnable atFirst;
        private long records;

        Counting(Runnable atFirst) {
            this.atFirst = atFirst;
        }

        @Override
        public void startUnder(StartRules rules) {
            throw new AssertionError("the log begins with its first record");
        }

        @Override
        public void warmUp(LoggedRecord record) {
            throw new AssertionError("nothing lies before the window");
        }

        @Override
        public void windowBegins(LoggedRecord first) {
            atFirst.run();
        }

        @Override
        public void decide(LoggedRecord record) {
            records++;
        }

        @Override
        public void cleanUp() {
            throw new AssertionError("too early");
        }

        @Override
        public boolean hasRules() {
            return true;
        }

        @Override
        public Long result(PartitionFacts facts) {
            assertThat(facts.records()).isEqualTo(records);
            return records;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private LogRun run(ListLog log) throws Exception {
        return new LogRun(log, RunWindow.ALL, new RunBounds(2, 32 << 20, 16, directory));
    }

    private void assertNothingIsLeft() throws Exception {
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldReadEveryRecordOnce_whenItRunsToItsEnd() throws Exception {
        // Given
        ListLog log = TrafficLog.of(SEED, 200);
        LogRun run = run(log);

        // When
        List<Long> counts = run.run((partition, places) -> new Counting(() -> {}));

        // Then
        assertThat(counts)
                .containsExactlyElementsOf(log.requests.stream()
                        .map(records -> (long) records.size())
                        .toList());
        assertThat(run.progress().share()).isEqualTo(1);
        assertThat(run.progress().records())
                .isEqualTo(counts.stream().mapToLong(count -> count).sum());
        assertNothingIsLeft();
    }

    @Test
    void shouldReadTheSameAgain_whenTheLogHasGrown() throws Exception {
        // Given
        ListLog log = TrafficLog.of(SEED, 200);
        LogRun run = run(log);
        List<Long> first = run.run((partition, places) -> new Counting(() -> {}));
        log.activate(1_800_000_000_000L, 3, TrafficLog.limits(2));

        // When, Then
        assertThat(run.again().<Long>run((partition, places) -> new Counting(() -> {})))
                .isEqualTo(first);
        assertThat(run(log).<Long>run((partition, places) -> new Counting(() -> {})))
                .isNotEqualTo(first);
    }

    @Test
    void shouldEndWithoutAResult_whenItIsStopped() throws Exception {
        // Given
        LogRun run = run(TrafficLog.of(SEED, 200));

        // When, Then
        assertThatThrownBy(() -> run.run((partition, places) -> new Counting(run.progress()::stop)))
                .isInstanceOf(RunStoppedException.class);
        assertNothingIsLeft();
    }

    @Test
    void shouldPassTheFailureOn_whenAPartitionFails() throws Exception {
        // Given
        LogRun run = run(TrafficLog.of(SEED, 200));
        Runnable failing = () -> {
            throw new IllegalStateException("a defect");
        };

        // When, Then
        assertThatThrownBy(() -> run.run((partition, places) -> new Counting(failing)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a defect");
        assertNothingIsLeft();
    }
}
