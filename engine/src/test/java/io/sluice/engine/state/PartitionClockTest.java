package io.sluice.engine.state;

import static io.sluice.engine.state.PartitionClock.STEP_MILLIS_MAX;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How a partition's time follows the broker's stamps, against a model that goes millisecond by millisecond. */
final class PartitionClockTest {
    private static final long START = 1_700_000_000_000L;
    private static final long HOUR = 3_600_000;

    @Test
    void shouldFollow_whenStampsGoOn() {
        assertThat(PartitionClock.at(START).after(START).after(START + 7).after(START + 60_007))
                .isEqualTo(PartitionClock.at(START + 60_007));
    }

    @Test
    void shouldGiveAMinuteAndTakeItBack_whenALeaderIsAnHourAheadForAWhile() {
        // When: the example of the essay
        PartitionClock clock = PartitionClock.at(START).after(START + HOUR + 1_000);
        long atOnce = clock.millis() - START;
        clock = clock.after(START + HOUR + 11_000);
        long tenSecondsLater = clock.millis() - START;
        clock = clock.after(START + 12_000);
        long aheadMillis = clock.aheadMillis();
        clock = clock.after(START + 20_000);
        long eightSecondsLater = clock.millis() - START;

        // Then
        assertThat(atOnce).isEqualTo(60_000);
        assertThat(tenSecondsLater).isEqualTo(70_000);
        assertThat(aheadMillis).isEqualTo(58_000);
        assertThat(eightSecondsLater).isEqualTo(77_000);
        for (long second = 21; second < 12 + 8 * 58; second++) {
            clock = clock.after(START + second * 1_000);
            assertThat(clock.aheadMillis()).as("second %d", second).isPositive();
        }
        assertThat(clock.after(START + (12 + 8 * 58) * 1_000)).isEqualTo(PartitionClock.at(START + 476_000));
    }

    @Test
    void shouldNotGrowAhead_whenTheLeaderChangesToAndFro() {
        // Given
        PartitionClock clock = PartitionClock.at(START);

        // When: each second another leader, one of them an hour ahead
        for (long second = 1; second <= 1_000; second++) {
            clock = clock.after(START + second * 1_000 + (second % 2) * HOUR);
        }

        // Then
        assertThat(clock.millis() - (START + 1_000_000)).isLessThanOrEqualTo(STEP_MILLIS_MAX);
    }

    @Test
    void shouldCatchUp_whenAStampIsConfirmed() {
        // Given: nobody asked for a night
        PartitionClock clock = PartitionClock.at(START).after(START + 8 * HOUR);

        // Then
        assertThat(clock.behindMillis()).isEqualTo(8 * HOUR - STEP_MILLIS_MAX);
        assertThat(clock.agreesWith(START + 8 * HOUR - 5_000)).isTrue();
        assertThat(clock.agreesWith(START + 8 * HOUR + 5_001)).isFalse();
        assertThat(clock.agreesWith(START)).isFalse();
        assertThat(clock.confirmed()).isEqualTo(PartitionClock.at(START + 8 * HOUR));
        assertThat(clock.after(START).confirmed().millis()).isEqualTo(clock.millis());
    }

    @Test
    void shouldTellWaitsAsTheyAre_whenNotAhead() {
        PartitionClock behind = PartitionClock.at(START).after(START + HOUR);
        assertThat(behind.callersMillis(10_000)).isEqualTo(10_000);
        assertThat(PartitionClock.at(START).callersMillis(1)).isEqualTo(1);
        assertThat(behind.after(START).callersMillis(0)).isZero();
        assertThat(behind.after(START).callersMillis(Algorithm.NEVER)).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldDoAsTheModelDoes_whenStampsJumpBothWays() {
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Model model = new Model();
            PartitionClock clock = PartitionClock.at(START);
            long stamp = START;
            for (int i = 0; i < 60; i++) {
                // Given
                PartitionClock before = clock;
                stamp += step(random);

                // When
                clock = clock.after(stamp);
                model.next(stamp);
                boolean marked = random.nextInt(10) == 0;
                if (marked) {
                    clock = clock.confirmed();
                    model.confirm();
                }

                // Then
                String name = "seed " + seed + " record " + i;
                assertThat(clock.millis()).as(name).isEqualTo(model.millis);
                assertThat(clock.millis()).as(name).isGreaterThanOrEqualTo(before.millis());
                assertThat(marked ? 0 : clock.millis() - before.millis())
                        .as(name)
                        .isLessThanOrEqualTo(Math.max(0, Math.min(STEP_MILLIS_MAX, stamp - before.stampMillis())));
                assertThat(clock.aheadMillis()).as(name).isLessThanOrEqualTo(model.turnedBackMillis);
                assertFirstMoment(name, clock, random);
            }
        }
    }

    private static long step(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> -random.nextLong(1_000);
            case 1 -> -random.nextLong(200_000);
            case 2 -> random.nextLong(STEP_MILLIS_MAX + 1);
            case 3 -> STEP_MILLIS_MAX + random.nextLong(200_000);
            case 4 -> 0;
            default -> random.nextLong(2_000);
        };
    }

    /** A told wait is the first moment at which the time has gone on by as much, if stamps go on. */
    private static void assertFirstMoment(String name, PartitionClock clock, SplittableRandom random) {
        long wait = 1 + random.nextLong(random.nextBoolean() ? 20 : 400_000);
        long told = clock.callersMillis(wait);
        assertThat(passed(clock, told)).as("%s %s waits %d", name, clock, wait).isGreaterThanOrEqualTo(wait);
        assertThat(passed(clock, told - 1))
                .as("%s %s waits %d", name, clock, wait)
                .isLessThan(wait);
    }

    private static long passed(PartitionClock clock, long callersMillis) {
        PartitionClock later = clock;
        long end = clock.stampMillis() + callersMillis;
        while (later.stampMillis() < end) {
            later = later.after(Math.min(end, later.stampMillis() + STEP_MILLIS_MAX));
        }
        return later.millis() - clock.millis();
    }

    /** The same by counting: each millisecond between two stamps moves the time, unless it is the eighth one ahead. */
    private static final class Model {
        private long millis = START;
        private long stampMillis = START;
        private long turnedBackMillis;
        private int ofEight;

        void next(long stamp) {
            if (stamp < stampMillis) {
                turnedBackMillis += stampMillis - stamp;
                ofEight = 0;
            } else if (stamp - stampMillis > STEP_MILLIS_MAX) {
                long trusted = Math.min(millis, stampMillis) + STEP_MILLIS_MAX;
                millis = Math.max(millis, Math.min(stamp, trusted));
                ofEight = 0;
            } else {
                for (long at = stampMillis + 1; at <= stamp; at++) {
                    tick(at);
                }
            }
            stampMillis = stamp;
        }

        private void tick(long at) {
            boolean ahead = millis > at - 1;
            if (!ahead) {
                millis++;
                ofEight = 0;
                return;
            }
            // Of eight milliseconds the first is left out: what is told as over is over.
            millis += ofEight == 0 ? 0 : 1;
            ofEight = (ofEight + 1) % 8;
            millis = Math.max(millis, at);
        }

        void confirm() {
            if (millis < stampMillis) {
                millis = stampMillis;
                ofEight = 0;
            }
        }
    }
}
