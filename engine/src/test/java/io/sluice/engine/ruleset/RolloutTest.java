package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RolloutTest {
    private static final int ACCOUNTS = 20_000;

    @ParameterizedTest
    @CsvSource({"0%, 0", "12.5%, 125", "1%, 10", "100%, 1000", "100.0%, 1000"})
    void shouldReadTenthsOfAPercent_whenWritten(String text, int perMille) {
        assertThat(Rollout.of(text)).isEqualTo(new Rollout(perMille));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "101%", "100.1%", "-1%", "1.25%", "a%"})
    void shouldRefuse_whenNotAShare(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rollout.of(text))
                .withMessage("\"%s\" (expected: 0%% to 100%%, such as 12.5%%)", text);
    }

    @Test
    void shouldOnlyAddAccounts_whenTheShareIsRaised() {
        // Given
        Set<String> before = new HashSet<>();

        for (int perMille = 0; perMille <= 1_000; perMille += 50) {
            // When
            Set<String> enforced = enforced("limit", new Rollout(perMille));

            // Then
            assertThat(enforced.containsAll(before))
                    .as("%d per mille", perMille)
                    .isTrue();
            assertThat(enforced.size() / (double) ACCOUNTS)
                    .isBetween(perMille / 1_000.0 - 0.02, perMille / 1_000.0 + 0.02);
            before = enforced;
        }
        assertThat(before).hasSize(ACCOUNTS);
    }

    @Test
    void shouldPlaceAccountsIndependently_whenLimitsDiffer() {
        // Given
        Set<String> first = enforced("one", new Rollout(500));

        // When
        Set<String> both = enforced("two", new Rollout(500));
        both.retainAll(first);

        // Then
        assertThat(both.size() / (double) ACCOUNTS).isBetween(0.23, 0.27);
    }

    @Test
    void shouldKeepPlaces_forEver() {
        // Given places that accounts of a running rollout have
        // When / Then
        assertThat(Rollout.placeOf("per-client", "acme")).isEqualTo(984);
    }

    private static Set<String> enforced(String limitId, Rollout rollout) {
        Set<String> enforced = new HashSet<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            if (rollout.enforces(limitId, "account-" + i)) {
                enforced.add("account-" + i);
            }
        }
        return enforced;
    }
}
