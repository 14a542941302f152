package io.sluice.engine.controlplane;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.BucketEffects.Effect;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BucketEffectsTest {

    @Test
    void shouldSayWhatBecomesOfBuckets_whenLimitsComeGoAndChange() {
        // Given
        Map<String, Object> cut = limit("cut", 1, "1s", 10);
        Map<String, Object> reset = limit("reset", 1, "1s", 20);
        reset.put("carryOver", "reset");
        Map<String, Object> before = document(
                limit("gone", 1, "1s", 1),
                limit("same", 1, "1s", 1),
                limit("cut", 1, "1s", 100),
                limit("reset", 1, "1s", 10),
                limit("scope", 1, "1s", 1));
        Map<String, Object> after = document(
                limit("same", 1, "1s", 1), cut, reset, limit("scope", "account", 1, "1s", 1), limit("new", 1, "1s", 1));

        // When / Then
        assertThat(BucketEffects.between(before, after))
                .containsExactly(
                        new Effect("gone", "removed or off: its buckets are kept for 7 days and come back with it"),
                        new Effect(
                                "cut", "carryOver additive: tokens in use stay in use, up to the new capacity of 10"),
                        new Effect("reset", "carryOver reset: every bucket begins full"),
                        new Effect("scope", "another scope: every bucket begins full"),
                        new Effect(
                                "new",
                                "added: every bucket begins full; what was in use comes back if the limit was there within"
                                        + " the last 7 days"));
        assertThat(BucketEffects.between(before, before)).isEmpty();
        assertThat(BucketEffects.between(null, null)).isEmpty();
    }
}
