package io.sluice.engine.wide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is open counts for one to two periods, and everything that ends is counted once. */
final class LapsingCountTest {
    private static final long PERIOD = 100;

    @Test
    void shouldLapseAfterOneToTwoPeriods_whenNothingEnds() {
        // Given
        LapsingCount begun = LapsingCount.NONE.at(199, PERIOD).begun(7, 3);

        // When / Then
        assertThat(begun.at(200, PERIOD).count()).isEqualTo(1);
        assertThat(begun.at(299, PERIOD).tokens()).isEqualTo(3);
        assertThat(begun.at(300, PERIOD).count()).isZero();
        assertThat(begun.at(300, PERIOD).lapsed()).isEqualTo(new LapsingCount.Share(7, 1, 3));
    }

    @Test
    void shouldCountWhatItKnows_whenSomethingEndsThatBeganBeforeIt() {
        // Given a count that begins in the middle of a log
        LapsingCount begun = LapsingCount.NONE.begun(7, 3);

        // When / Then
        assertThat(LapsingCount.NONE.ended(6, 3)).isEqualTo(LapsingCount.NONE);
        assertThat(begun.ended(6, 3)).isEqualTo(begun);
        assertThat(begun.at(PERIOD, PERIOD).ended(6, 3)).isEqualTo(begun.at(PERIOD, PERIOD));
        assertThat(begun.at(2 * PERIOD, PERIOD).ended(6, 3)).isEqualTo(begun.at(2 * PERIOD, PERIOD));
    }

    @Test
    void shouldNotGoBelowNothing_whenMoreEndsThanBegan() {
        // Given
        LapsingCount ended = LapsingCount.NONE.begun(7, 3).ended(7, 3);

        // When / Then
        assertThat(ended.ended(8, 3)).isEqualTo(ended);
    }

    @Test
    void shouldAgreeWithAMap_whenAnythingBeginsAndEndsAtAnyTime() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            LapsingCount wideCount = LapsingCount.NONE;
            Map<Long, Long> beganAt = new TreeMap<>();
            long nowMillis = random.nextInt(1_000);
            for (long offset = 0; offset < 300; offset++) {
                nowMillis += random.nextInt(40);
                wideCount = wideCount.at(nowMillis, PERIOD);
                if (random.nextBoolean()) {
                    wideCount = wideCount.begun(offset, offset);
                    beganAt.put(offset, nowMillis);
                } else if (!beganAt.isEmpty()) {
                    long ended = beganAt.keySet().stream()
                            .skip(random.nextInt(beganAt.size()))
                            .findFirst()
                            .orElseThrow();
                    wideCount = wideCount.ended(ended, ended);
                    beganAt.remove(ended);
                }
                // Then
                long from = (nowMillis / PERIOD - 1) * PERIOD;
                long open = beganAt.values().stream().filter(at -> at >= from).count();
                assertThat(wideCount.count()).as("seed %s", seed).isEqualTo(open);
                assertThat(wideCount.count() + wideCount.lapsed().count())
                        .as("seed %s", seed)
                        .isEqualTo(beganAt.size());
                assertThat(wideCount.tokens() + wideCount.lapsed().tokens())
                        .as("seed %s", seed)
                        .isEqualTo(beganAt.keySet().stream()
                                .mapToLong(began -> began)
                                .sum());
            }
        }
    }
}
