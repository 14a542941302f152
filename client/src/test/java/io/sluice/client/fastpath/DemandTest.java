package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What makes a rate. */
final class DemandTest {
    private static final long MILLI = 1_000_000;

    @Test
    void shouldNotBeHot_whenAskedOnceAtTheEndOfAWindow() {
        // Given
        Demand demand = new Demand(0);
        demand.asked(1);

        // When
        demand.roll(MILLI);

        // Then
        assertThat(demand.askedPerSecond()).isLessThan(FastPath.standard().hotPerSecond());
    }
}
