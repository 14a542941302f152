package io.sluice.engine.estimate;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.AdmittedBound;
import io.sluice.engine.ruleset.Limit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LocalEstimateTest {
    private static final List<Limit> LIMITS =
            ruleset(1, limit("l", 3, "10ms", 5)).limits();

    @Test
    void shouldStayWithinBurstAndRate_whenAskedAtRandom() {
        long refused = 0;
        for (long seed = 0; seed < 200; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            LocalEstimate estimate = new LocalEstimate(3);
            Map<String, AdmittedBound> bounds = new HashMap<>();
            long now = 0;

            for (int i = 0; i < 1_000; i++) {
                // When more clients ask than are kept
                now += random.nextInt(4);
                String client = "acme/" + random.nextInt(6);
                long cost = random.nextInt(0, 4);
                boolean admitted = estimate.admits(LIMITS, admission(client, cost), now);

                // Then
                assertThat(bounds.computeIfAbsent(client, it -> new AdmittedBound(3, 10, 5))
                                .holdsAfter(now, admitted ? cost : 0))
                        .as("seed %d request %d of %s", seed, i, client)
                        .isTrue();
                assertThat(estimate.size()).isLessThanOrEqualTo(3);
                refused += admitted ? 0 : 1;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void shouldChargeNone_whenOneHasTooLittle() {
        // Given
        List<Limit> limits = ruleset(1, limit("wide", 1, "1h", 9), limit("small", 1, "1h", 1))
                .limits();
        LocalEstimate estimate = new LocalEstimate(10);

        // When
        assertThat(estimate.admits(limits, admission("acme", 2), 0)).isFalse();

        // Then
        assertThat(estimate.admits(limits.subList(0, 1), admission("acme", 9), 0))
                .isTrue();
    }

    @Test
    void shouldRefuseNewBucketsUntilABucketIsFull_whenThereIsNoRoom() {
        // Given
        List<Limit> limits = ruleset(1, limit("l", 1, "1s", 2)).limits();
        LocalEstimate estimate = new LocalEstimate(2);
        estimate.admits(limits, admission("a", 1), 0);
        estimate.admits(limits, admission("b", 2), 0);

        // When / Then
        assertThat(estimate.admits(limits, admission("c", 1), 0)).isFalse();
        assertThat(estimate.admits(limits, admission("a", 1), 0)).as("is kept").isTrue();
        assertThat(estimate.admits(limits, admission("c", 1), 999)).isFalse();
        assertThat(estimate.admits(limits, admission("c", 1), 2_000)).isTrue();
    }

    @Test
    void shouldCarryOverWhatIsUsed_whenTheLimitChanges() {
        // Given
        List<Limit> before = ruleset(1, limit("l", 1, "1h", 5)).limits();
        List<Limit> after = ruleset(
                        2,
                        tree(
                                "id",
                                "l",
                                "scope",
                                "client",
                                "algorithm",
                                "fixed-window",
                                "limit",
                                6,
                                "window",
                                tree("per", "1h")))
                .limits();
        LocalEstimate estimate = new LocalEstimate(2);
        estimate.admits(before, admission("a", 4), 0);

        // When / Then
        assertThat(estimate.admits(after, admission("a", 3), 0)).isFalse();
        assertThat(estimate.admits(after, admission("a", 2), 0)).isTrue();
    }
}
