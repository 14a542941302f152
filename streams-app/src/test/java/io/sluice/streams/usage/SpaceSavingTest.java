package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.streams.usage.SpaceSaving.Count;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SpaceSavingTest {
    private static final long SEED = 20_261_129L;

    @Test
    void shouldTakeOverTheSmallest_whenAllCountersAreTaken() {
        // Given
        SpaceSaving table = new SpaceSaving(2);

        // When
        List.of("a", "a", "b", "c").forEach(key -> table.add(key, 1));

        // Then
        assertThat(table.heaviest(10)).containsExactly(new Count("a", 2, 0), new Count("c", 2, 1));
    }

    @Test
    void shouldBoundEveryCount_whenTheStreamIsSkewed() {
        // Given
        SpaceSaving table = new SpaceSaving(50);
        Map<String, Long> exact = new HashMap<>();

        // When
        long all = feed(table, exact, new SplittableRandom(SEED), 50_000);

        // Then
        assertBounds(table, exact, all / 50);
    }

    private static long feed(SpaceSaving table, Map<String, Long> exact, SplittableRandom random, int times) {
        long all = 0;
        for (int i = 0; i < times; i++) {
            String key = "k" + (int) (1 / (0.0005 + random.nextDouble()));
            long weight = random.nextInt(5);
            table.add(key, weight);
            exact.merge(key, weight, Long::sum);
            all += weight;
        }
        return all;
    }

    private static void assertBounds(SpaceSaving table, Map<String, Long> exact, long most) {
        assertThat(table.counters())
                .as("seed %d", SEED)
                .hasSizeLessThanOrEqualTo(50)
                .allSatisfy(count -> {
                    long truth = exact.getOrDefault(count.key(), 0L);
                    assertThat(truth).isBetween(count.count() - count.error(), count.count());
                    assertThat(count.error()).isLessThanOrEqualTo(most);
                });
        exact.forEach((key, truth) -> {
            if (truth > most) {
                assertThat(table.count(key)).as("seed %d, %s", SEED, key).isNotNull();
            }
        });
    }

    @Test
    void shouldKeepTheBounds_whenMerged() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, Long> exact = new HashMap<>();
        SpaceSaving sum = new SpaceSaving(50);
        long all = 0;

        // When
        for (int part = 0; part < 10; part++) {
            SpaceSaving table = new SpaceSaving(50);
            all += feed(table, exact, random, 5_000);
            sum.merge(table);
        }

        // Then
        assertBounds(sum, exact, 2 * all / 50);
    }

    @Test
    void shouldBeTheSame_whenRestoredInBetween() {
        // Given
        SpaceSaving whole = new SpaceSaving(20);
        SpaceSaving restored = new SpaceSaving(20);
        SplittableRandom random = new SplittableRandom(SEED);

        // When
        for (int i = 0; i < 3_000; i++) {
            String key = "k" + random.nextInt(60);
            long weight = 1 + random.nextInt(3);
            whole.add(key, weight);
            restored.add(key, weight);
            if (i % 97 == 0) {
                restored = SpaceSaving.restored(20, restored.counters());
            }
        }

        // Then
        assertThat(restored.counters()).as("seed %d", SEED).isEqualTo(whole.counters());
    }
}
