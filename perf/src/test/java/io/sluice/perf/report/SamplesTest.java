package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SamplesTest {
    private final Samples samples = new Samples();

    @Test
    void shouldDivideWithinRounds_whenTheMachineChangesBetweenThem() {
        // Given a machine that is three times as slow in the second round
        add("ours", 20, 60, 24);
        add("theirs", 10, 30, 10);

        // Then
        assertThat(samples.ratio("ours", "theirs")).isEqualTo(new Spread(2, 2, 2.4));
        assertThat(samples.of("ours")).isEqualTo(new Spread(24, 20, 60));
    }

    @Test
    void shouldTakeTheMiddleOfTwo_whenRoundsAreEven() {
        add("ours", 4, 1, 2, 100);

        assertThat(samples.of("ours")).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void shouldRefuse_whenRoundsDoNotPairUp() {
        add("ours", 1, 2);
        add("theirs", 1);

        assertThatThrownBy(() -> samples.ratio("ours", "theirs")).hasMessage("ours: 2 rounds (expected: 1, as theirs)");
        assertThatThrownBy(() -> samples.of("nobody's")).hasMessageStartingWith("nobody's: not measured");
    }

    private void add(String row, double... values) {
        for (double value : values) {
            samples.add(row, value);
        }
    }
}
