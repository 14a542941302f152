package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class RateTest {

    @Test
    void shouldCompareEqual_whenTwoRatesMeanTheSame() {
        // Given
        Rate perMinute = new Rate(60, 60_000);

        // Then
        assertThat(perMinute).isEqualTo(new Rate(1, 1_000)).hasSameHashCodeAs(new Rate(1, 1_000));
        assertThat(perMinute.tokens()).isEqualTo(1);
        assertThat(perMinute.periodMillis()).isEqualTo(1_000);
        assertThat(new Rate(6, 4)).isEqualTo(new Rate(3, 2)).isNotEqualTo(new Rate(2, 3));
    }

    @Test
    void shouldAcceptBothEnds_whenTheRateIsSlowestOrFastest() {
        assertThat(new Rate(1, Rate.PERIOD_MILLIS_MAX).periodMillis()).isEqualTo(Rate.PERIOD_MILLIS_MAX);
        assertThat(new Rate(10_000_000, 1_000)).isEqualTo(new Rate(10_000, 1));
        assertThat(new Rate(Rate.TOKENS_MAX, 100_000_000)).isEqualTo(new Rate(10_000, 1));
    }

    @Test
    void shouldNameValueAndRange_whenTheRateIsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(0, 1))
                .withMessage("tokens: 0 (expected: 1..1000000000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(1, 0))
                .withMessage("per: 0 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(1, Rate.PERIOD_MILLIS_MAX + 1))
                .withMessage("per: 316224000001 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rate(10_000_001, 1_000))
                .withMessage("rate: 10000001 tokens per 1000 ms (expected: at most 10000 tokens per ms)");
    }

    @Test
    void shouldRefuseAState_whenItIsNotOneThatABucketCanHave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenState(0, -1, 0))
                .withMessage("usedTokens: -1 (expected: 0..1000600000000)");
        // A full bucket has one form only, or a full one would differ from an absent one.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenState(0, 0, 1))
                .withMessage("refilledParts: 1 (expected: 0..0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenState(0, 1, Rate.PERIOD_MILLIS_MAX))
                .withMessage("refilledParts: 316224000000 (expected: 0..316223999999)");
    }
}
