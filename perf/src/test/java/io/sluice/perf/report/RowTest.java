package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RowTest {

    @Test
    void shouldDivideWithinRuns_whenTheMachineChangesBetweenThem() {
        // Given a machine that is three times as slow in the second run
        Row row = Row.of("10", "ours", "s", List.of(20.0, 60.0, 24.0)).against("theirs", List.of(10.0, 30.0, 10.0));

        // Then
        assertThat(row.ratio()).isEqualTo(new Spread(2, 2, 2.4));
    }

    @Test
    void shouldDecideTheRatio_whenTheGoalIsOne() {
        Row row = Row.of("10", "ours", "s", List.of(8.0)).against("theirs", List.of(10.0));

        assertThat(row.met()).isNull();
        assertThat(row.toReach(Goal.ratioAtLeast(0.8)).met()).isTrue();
        assertThat(row.toReach(Goal.ratioAtMost(0.7)).met()).isFalse();
        assertThat(row.toReach(Goal.atMost(0.8)).met()).isFalse();
    }

    @Test
    void shouldRefuse_whenRunsDoNotPairUp() {
        Row row = Row.of("10", "ours", "s", List.of(1.0, 2.0));

        assertThatThrownBy(() -> row.against("theirs", List.of(1.0)))
                .hasMessage("ours: 2 runs (expected: 1, as theirs)");
    }

    @Test
    void shouldTakeTheMiddleOfTwo_whenRunsAreEven() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void shouldShowGoalAndRatio_whenWrittenAsATable() {
        // Given
        Environment environment =
                new Environment("abc", Instant.EPOCH, "quick", 2, 24L << 30, "JVM", List.of(), null, List.of());
        Row row = Row.of("10", "speed", "decisions/s", List.of(41_234.0))
                .against("01 twin", List.of(82_468.0))
                .toReach(Goal.ratioAtLeast(0.8));

        // When
        String table = new Report(environment, List.of(row, row.inJsonOnly())).markdown();

        // Then
        assertThat(table)
                .endsWith("| 10 | speed | 41,234 | decisions/s | 0.50 | 0.50–0.50 | 01 twin: 82,468 | ≥ 0.80 |"
                        + " **not met** |\n")
                .containsOnlyOnce("speed");
    }
}
