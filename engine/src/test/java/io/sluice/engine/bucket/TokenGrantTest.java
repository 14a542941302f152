package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.SlidingLogState.Hit;
import io.sluice.engine.bucket.SlotsState.Slot;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** What was taken last is granted back first, and no more than is in use. */
final class TokenGrantTest {

    @Test
    void shouldKeepTheFraction_whenTokensOfABucketAreGranted() {
        assertThat(TokenGrant.granted(new TokenState(7, 5, 3), 2)).isEqualTo(new TokenState(7, 3, 3));
        assertThat(TokenGrant.granted(new TokenState(7, 5, 3), 5)).isEqualTo(TokenState.full(7));
        assertThat(TokenGrant.granted(new TokenState(7, 5, 3), Long.MAX_VALUE)).isEqualTo(TokenState.full(7));
    }

    @Test
    void shouldStayInTheWindow_whenTokensOfAWindowAreGranted() {
        assertThat(TokenGrant.granted(new WindowState(7, 2, 5), 2)).isEqualTo(new WindowState(7, 2, 3));
        assertThat(TokenGrant.granted(new WindowState(7, 2, 5), 9).isFull()).isTrue();
    }

    @Test
    void shouldTakeTheCurrentWindowFirst_whenTokensOfACounterAreGranted() {
        assertThat(TokenGrant.granted(new SlidingCounterState(7, 2, 4), 1)).isEqualTo(new SlidingCounterState(7, 1, 4));
        assertThat(TokenGrant.granted(new SlidingCounterState(7, 2, 4), 3)).isEqualTo(new SlidingCounterState(7, 0, 3));
        assertThat(TokenGrant.granted(new SlidingCounterState(7, 2, 4), 6).isFull())
                .isTrue();
    }

    @Test
    void shouldTakeTheYoungestHitsFirst_whenTokensOfALogAreGranted() {
        SlidingLogState log = new SlidingLogState(9, List.of(new Hit(1, 2), new Hit(5, 3)));

        assertThat(TokenGrant.granted(log, 1)).isEqualTo(new SlidingLogState(9, List.of(new Hit(1, 2), new Hit(5, 2))));
        assertThat(TokenGrant.granted(log, 4)).isEqualTo(new SlidingLogState(9, List.of(new Hit(1, 1))));
        assertThat(TokenGrant.granted(log, 5).isFull()).isTrue();
    }

    @Test
    void shouldRefuse_whenSlotsAreInFlight() {
        SlotsState slots = new SlotsState(9, List.of(new Slot(1, 2, 30)));

        Assertions.assertThatIllegalArgumentException().isThrownBy(() -> TokenGrant.granted(slots, 1));
        assertThat(TokenGrant.isPossible(new Concurrency(1, 1))).isFalse();
    }
}
