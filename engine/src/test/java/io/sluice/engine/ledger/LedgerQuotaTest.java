package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.LimitOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client is told when it asks how much it has. */
final class LedgerQuotaTest {
    private static final Admission LOOK = admission("acme/a", 0);

    private static Admission inRegion(String clientId, String region) {
        return admission(clientId, 1, "GET", "/", Map.of("region", region));
    }

    @Test
    void shouldTellEveryLimitOfTheTier_whenAskedForAnyRoute() {
        // Given
        Map<String, Object> document = document(
                limit("all", 1, "1s", 5),
                matching(limit("posts", "account", 1, "1s", 7), "methods", "POST", "path", "/v1/**"),
                matching(limit("pro", 1, "1s", 9), "tiers", "pro"));
        document.put("tiers", List.of("free", "pro"));
        LedgerHarness harness = LedgerHarness.with(compiled(1, document));
        harness.admit(0, admission("acme/a", 2));
        LedgerHarness untouched = harness.restored();

        // When
        List<LimitOutcome> quota = harness.ledger.quota(LOOK, 500);

        // Then
        assertThat(quota)
                .containsExactly(
                        new LimitOutcome("all", "acme/a", 5, 3, 5_000, 1_500, 500, 0, 0, true, OnExceed.DENY, null),
                        new LimitOutcome("posts", "", 7, 7, 7_000, 0, 0, 0, 0, true, OnExceed.DENY, null));
        assertThat(harness.store).isEqualTo(untouched.store);
    }

    @Test
    void shouldTellOncePerStoredBucket_whenALimitCountsByAttributes() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(
                1,
                limit("by-region", "attribute:region", 1, "1s", 5),
                limit("mine-by-region", List.of("client", "attribute:region"), 1, "1s", 5)));
        harness.admit(0, inRegion("acme/a", "eu"));
        harness.admit(0, inRegion("acme/b", "us"));
        harness.admit(0, inRegion("beta/a", "ap"));

        // When
        List<LimitOutcome> quota = harness.ledger.quota(LOOK, 0);

        // Then
        // The account's regions, but of the second limit only the client's own.
        assertThat(quota)
                .extracting(LimitOutcome::limitId, LimitOutcome::scope, LimitOutcome::remaining)
                .containsExactly(
                        tuple("by-region", "eu", 4L),
                        tuple("by-region", "us", 4L),
                        tuple("mine-by-region", "acme/a\u001feu\u001f", 4L));
    }

    @Test
    void shouldLookAtAThousandBuckets_whenTheAccountHasMore() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("by-region", "attribute:region", 1, "1s", 5)));
        for (int i = 0; i < Ledger.QUOTA_VISITS_MAX + 1; i++) {
            harness.admit(0, inRegion("acme/a", "r" + i));
        }

        // Then
        assertThat(harness.ledger.quota(LOOK, 0)).hasSize(Ledger.QUOTA_VISITS_MAX);
    }

    @Test
    void shouldTellByTheNewRules_whenTheyChanged() {
        // Given
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("it", 1, "1h", 5)));
        harness.admit(0, admission("acme/a", 2));

        // When
        harness.activate(0, ruleset(2, limit("it", 1, "1h", 50)));

        // Then
        assertThat(harness.ledger.quota(LOOK, 0))
                .extracting(LimitOutcome::capacity, LimitOutcome::remaining)
                .containsExactly(tuple(50L, 48L));
    }

    @Test
    void shouldTellNothing_whenThereIsNoRuleset() {
        assertThat(LedgerHarness.empty().ledger.quota(LOOK, 0)).isEmpty();
    }
}
