package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.problems;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.AlertThresholds.Crossing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertThresholdsTest {
    private static final int SEEDS = 2_000;
    private static final int CHARGES = 200;

    @ParameterizedTest
    @CsvSource({
        // quiet before, used before, used after, quiet after, told
        "0, 79, 80, 800, true",
        "0, 78, 79, 0, false",
        "0, 80, 81, 800, true",
        "0, 0, 100, 800, true",
        "800, 75, 81, 800, false",
        "800, 70, 90, 800, false",
        "800, 69, 70, 0, false",
        "800, 69, 80, 800, true",
        "800, 0, 1, 0, false",
    })
    void shouldTellOnce_whenTheShareHovers(int quiet, long before, long after, int quietAfter, boolean told) {
        // Given
        AlertThresholds thresholds = new AlertThresholds(List.of(800));

        // When
        Crossing crossing = thresholds.crossedBy(quiet, before, after, 100);

        // Then
        assertThat(crossing).isEqualTo(new Crossing(quietAfter, told ? List.of(800) : List.of()));
    }

    @Test
    void shouldTellOfEach_whenOneChargeCrossesSeveral() {
        // Given
        AlertThresholds thresholds = new AlertThresholds(List.of(500, 800, 1_000));

        // When
        Crossing first = thresholds.crossedBy(0, 10, 90, 100);
        Crossing second = thresholds.crossedBy(first.quietPerMille(), 90, 100, 100);

        // Then
        assertThat(first).isEqualTo(new Crossing(800, List.of(500, 800)));
        assertThat(second).isEqualTo(new Crossing(1_000, List.of(1_000)));
    }

    @Test
    void shouldArmAgainBelowHalf_whenTheThresholdIsLow() {
        // Given
        AlertThresholds thresholds = new AlertThresholds(List.of(50));

        // When / Then
        assertThat(thresholds.crossedBy(50, 25, 60, 1_000).crossedPerMille()).isEmpty();
        assertThat(thresholds.crossedBy(50, 24, 60, 1_000).crossedPerMille()).containsExactly(50);
    }

    @Test
    void shouldKeepWhatIsQuiet_whenTheThresholdsChange() {
        // Given
        AlertThresholds thresholds = new AlertThresholds(List.of(600, 900));

        // When
        Crossing crossing = thresholds.crossedBy(/* of an earlier revision */ 800, 85, 86, 100);

        // Then
        assertThat(crossing).isEqualTo(new Crossing(600, List.of()));
    }

    /** One number holds as much as a set of quiet thresholds would. */
    @Test
    void shouldAgreeWithASetOfThresholds_whenChargesAreRandom() {
        long told = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            long capacity = random.nextInt(1, 50);
            List<Integer> levels = random.ints(random.nextInt(1, 9), 1, 1_001)
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList();
            AlertThresholds thresholds = new AlertThresholds(levels);
            Set<Integer> quiet = new HashSet<>();
            int quietPerMille = 0;

            for (int i = 0; i < CHARGES; i++) {
                long before = random.nextLong(capacity);
                long after = random.nextLong(before + 1, capacity + 1);

                // When
                Crossing crossing = thresholds.crossedBy(quietPerMille, before, after, capacity);
                quietPerMille = crossing.quietPerMille();

                // Then
                List<Integer> expected = new ArrayList<>();
                for (int level : levels) {
                    double rearm = Math.max(level / 2.0, level - 100) / 1_000;
                    if (before < rearm * capacity - 1e-9) {
                        quiet.remove(level);
                    }
                    if (after * 1_000 >= level * capacity && quiet.add(level)) {
                        expected.add(level);
                    }
                }
                assertThat(crossing.crossedPerMille())
                        .as("seed %d charge %d %s", seed, i, levels)
                        .isEqualTo(expected);
                assertThat(quietPerMille)
                        .isEqualTo(quiet.stream().mapToInt(it -> it).max().orElse(0));
                told += expected.size();
            }
        }
        assertThat(told).as("alerts").isGreaterThan(SEEDS);
    }

    @Test
    void shouldTakeTheirOwnBeforeTheDefault_whenRead() {
        // Given
        Map<String, Object> own = limit("own", 1, "1s", 1);
        own.put("alertAt", List.of("12.5%", "100%"));
        own.put("candidate", tree("rate", tree("tokens", 2, "per", "1s")));
        Map<String, Object> none = limit("none", 1, "1s", 1);
        none.put("alertAt", List.of());
        Map<String, Object> document = document(own, none, limit("plain", 1, "1s", 1));
        document.put("alerts", tree("at", "80%"));

        // When
        List<Limit> limits = compiled(1, document).limits();

        // Then
        assertThat(limits)
                .extracting(limit -> limit.id() + " " + limit.alerts().perMille())
                .containsExactly("own [125, 1000]", "own.candidate []", "none []", "plain [800]");
    }

    @Test
    void shouldNameThePlace_whenThresholdsAreWrong() {
        // Given
        Map<String, Object> limit = limit("a", 1, "1s", 1);
        limit.put("alertAt", List.of("80%", "50%"));
        Map<String, Object> other = limit("b", 1, "1s", 1);
        other.put("alertAt", List.of("0%"));
        Map<String, Object> many = limit("c", 1, "1s", 1);
        many.put("alertAt", List.of("1%", "2%", "3%", "4%", "5%", "6%", "7%", "8%", "9%"));
        Map<String, Object> above = limit("d", 1, "1s", 1);
        above.put("alertAt", List.of("1000%", "1000.1%"));
        Map<String, Object> document = document(limit, other, many, above);
        document.put("alerts", tree("at", List.of("often")));

        // When / Then
        assertThat(problems(document))
                .containsExactly(
                        "alerts.at: \"often\" (expected: 0.1% to 1000%, such as 80%)",
                        "limits[0].alertAt: 50% after 80% (expected: ascending shares, none twice)",
                        "limits[1].alertAt: \"0%\" (expected: 0.1% to 1000%, such as 80%)",
                        "limits[2].alertAt: 9 thresholds (expected: at most 8)",
                        "limits[3].alertAt: \"1000.1%\" (expected: 0.1% to 1000%, such as 80%)");
    }
}
