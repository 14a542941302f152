package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lists answer in place of the limits. */
final class LedgerListsTest {
    private static final Map<String, Object> BLOCKED = tree(
            "id",
            "blocked",
            "access",
            "deny",
            "entries",
            List.of(
                    tree("account", "evil", "reason", "unpaid"),
                    tree("account", "late", "until", "1970-01-01T00:00:05Z")));
    private static final Map<String, Object> FRIENDS =
            tree("id", "friends", "access", "allow", "entries", List.of(tree("account", "friend")));

    private final LedgerHarness harness = harness();

    private static LedgerHarness harness() {
        Map<String, Object> document = document(limit("l", 1, "1h", 1));
        document.put("lists", List.of(BLOCKED, FRIENDS));
        return LedgerHarness.with(compiled(1, document));
    }

    @Test
    void shouldDenyAndSayWhy_whenOnDenyList() {
        // Given
        // When
        Outcome outcome = harness.admit(1_000, admission("evil/a", 0));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.DENY_LISTED);
        assertThat(outcome.listed()).isEqualTo(new ListMatch("blocked", "unpaid", Long.MAX_VALUE));
        assertThat(outcome.limits()).isEmpty();
        assertThat(outcome.charged()).isZero();
        assertThat(outcome.retryAfterMillis()).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldAllowAgain_whenTheEntryExpires() {
        // Given
        Outcome before = harness.admit(1_000, admission("late", 1));

        // When
        Outcome after = harness.admit(1_000 + before.retryAfterMillis(), admission("late", 1));

        // Then
        assertThat(before.retryAfterMillis()).isEqualTo(4_000);
        assertThat(after.reason()).isEqualTo(Reason.WITHIN_LIMITS);
    }

    @Test
    void shouldChargeNothing_whenOnAllowList() {
        // Given
        harness.admit(0, admission("friend", 1));

        // When
        Outcome outcome = harness.admit(0, admission("friend", 1_000));

        // Then
        assertThat(outcome.reason()).isEqualTo(Reason.ALLOW_LISTED);
        assertThat(outcome.allowed()).isTrue();
        assertThat(outcome.charged()).isZero();
        assertThat(outcome.retryAfterMillis()).isZero();
    }

    @Test
    void shouldRepeatTheAnswer_whenKeyedAndTheListHasChanged() {
        // Given
        harness.evaluate(0, admission("friend", 1), "key");
        harness.activate(1, ruleset(2, limit("l", 1, "1h", 1)));

        // When
        AdmissionResult again = harness.evaluate(2, admission("friend", 1), "key");

        // Then
        assertThat(again).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(((AdmissionResult.Replayed) again).outcome().reason()).isEqualTo(Reason.ALLOW_LISTED);
    }
}
