package io.sluice.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The counts of open holds. */
final class AccountHoldsTest {
    @ParameterizedTest
    @EnumSource
    void shouldHaveNone_whenMoreHoldsEndThanAreCounted(HoldKind kind) {
        // Given
        AccountHolds one = AccountHolds.NONE.opened(kind, 1_000);

        // When
        AccountHolds closed = one.closed(kind).closed(kind);

        // Then
        assertThat(closed).isEqualTo(AccountHolds.NONE);
    }
}
