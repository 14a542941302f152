package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.PartitionClock;
import org.junit.jupiter.api.Test;

/** Which copies of a state on a disk are continued from. */
final class LocalCopiesTest {
    private static final long NOW_MILLIS = 1_800_000_000_000L;
    private static final long TRUSTED_MILLIS = LocalCopies.TRUSTED.toMillis();

    private final LocalCopies copies = new LocalCopies(() -> NOW_MILLIS);

    @Test
    void shouldTrustACopy_whenItsLastRecordIsRecent() {
        assertThat(copies.areTrusted(decided(PartitionClock.at(NOW_MILLIS - TRUSTED_MILLIS))))
                .isTrue();
        assertThat(copies.areTrusted(decided(PartitionClock.at(NOW_MILLIS - TRUSTED_MILLIS - 1))))
                .isFalse();
    }

    @Test
    void shouldGoByTheEarlierTime_whenTheStampOfABrokerWasWrong() {
        long old = NOW_MILLIS - TRUSTED_MILLIS - 1;
        assertThat(copies.areTrusted(decided(new PartitionClock(old, NOW_MILLIS, old, NOW_MILLIS))))
                .isFalse();
        assertThat(copies.areTrusted(decided(new PartitionClock(NOW_MILLIS, old, NOW_MILLIS, old))))
                .isFalse();
    }

    @Test
    void shouldNotTrustACopy_whenItHasNoClock() {
        assertThat(copies.areTrusted(null)).isFalse();
    }

    private static byte[] decided(PartitionClock clock) {
        return StateCodec.encode(new LogPosition(7, clock));
    }
}
