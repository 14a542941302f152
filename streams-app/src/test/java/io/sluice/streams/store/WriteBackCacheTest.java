package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WriteBackCacheTest {
    private final Map<String, String> below = new HashMap<>();
    private final List<String> drained = new ArrayList<>();
    private final WriteBackCache<String, String> cache =
            new WriteBackCache<>(2, String::length, below::get, this::drain);

    private void drain() {
        cache.drain((key, value) -> {
            drained.add(key + "=" + value);
            if (value == null) {
                below.remove(key);
            } else {
                below.put(key, value);
            }
        });
    }

    @Test
    void shouldWriteOnce_whenAnEntryChangesOften() {
        // Given
        cache.put("a", "1");
        cache.put("b", "1");
        cache.put("a", "2");
        cache.put("a", null);

        // When
        drain();
        drain();

        // Then
        assertThat(drained).containsExactly("a=null", "b=1");
        assertThat(cache.get("a")).isNull();
    }

    @Test
    void shouldDrainBeforeItForgets_whenTheEldestHasChanged() {
        // Given
        cache.put("a", "1");
        cache.put("b", "1");
        cache.get("a");

        // When
        cache.put("c", "1");

        // Then: the worked example of the class
        assertThat(drained).containsExactly("a=1", "b=1", "c=1");
        assertThat(cache.count()).isEqualTo(2);
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.misses()).isZero();
        assertThat(cache.get("b")).isEqualTo("1");
        assertThat(cache.misses()).isOne();
    }

    @Test
    void shouldKeepWhatIsAskedForAllTheTime_whenManyComeOnce() {
        // Given
        WriteBackCache<Integer, String> larger = new WriteBackCache<>(100, value -> 1, key -> "below", () -> {});
        long missesOfTheOften = 0;

        // When: ten that are asked for in every round, beside ten thousand that are asked for once
        for (int round = 0; round < 100; round++) {
            for (int once = 0; once < 100; once++) {
                larger.get(1_000 + 100 * round + once);
                long before = larger.misses();
                larger.get(once % 10);
                missesOfTheOften += larger.misses() - before;
            }
        }

        // Then
        assertThat(larger.count()).isEqualTo(100);
        assertThat(missesOfTheOften).isEqualTo(10);
    }

    @Test
    void shouldMakeRoom_whenAnEntryGrows() {
        // Given
        below.put("b", "1");
        cache.put("a", "1");
        cache.change("b", value -> value + "1");

        // When
        cache.change("b", value -> value + "1");

        // Then: above the bound by itself
        assertThat(drained).containsExactly("a=1", "b=11");
        assertThat(cache.count()).isEqualTo(3);
        assertThat(cache.get("b")).isEqualTo("111");
        drain();
        cache.forget("b");
        assertThat(cache.count()).isZero();
        assertThat(below).isEqualTo(Map.of("a", "1", "b", "111"));
    }

    @Test
    void shouldRememberWhatIsAbsent_whenItIsAskedForAgain() {
        // When
        cache.get("a");
        cache.get("a");

        // Then
        assertThat(cache.misses()).isOne();
        assertThat(cache.hits()).isOne();
        assertThat(cache.hasChanges()).isFalse();
    }

    @Test
    void shouldForgetChanges_whenCleared() {
        // Given
        below.put("a", "1");
        cache.put("a", "2");

        // When
        cache.clear();

        // Then
        assertThat(cache.hasChanges()).isFalse();
        assertThat(cache.get("a")).isEqualTo("1");
    }

    @Test
    void shouldRefuseToForget_whenTheEntryHasChanged() {
        // Given
        cache.put("a", "1");

        // When / Then
        assertThatIllegalStateException().isThrownBy(() -> cache.forget("a"));
    }

    @Test
    void shouldRefuseItsBound_whenItHoldsNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WriteBackCache<String, String>(0, String::length, below::get, () -> {}))
                .withMessage("countMax: 0 (expected: at least 1)");
    }
}
