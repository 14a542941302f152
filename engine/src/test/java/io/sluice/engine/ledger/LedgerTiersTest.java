package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an upgrade makes of the buckets, and what access entries make of requests. */
final class LedgerTiersTest {
    private static final Author OTTO = new Author("otto", "upgraded");

    private static Map<String, Object> monthly(long limit) {
        return tree("algorithm", "fixed-window", "limit", limit, "window", tree("calendar", "month"));
    }

    private static Ruleset plans(long revision, String acmeTier) {
        Map<String, Object> quota = monthly(1_000);
        quota.put("id", "quota");
        quota.put("scope", "account");
        quota.put("tiers", tree("pro", monthly(100_000)));
        Map<String, Object> document = document(quota);
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("acme", tree("tier", acmeTier)));
        return compiled(revision, document);
    }

    private static long remaining(LedgerHarness harness, long atMillis) {
        return harness.admit(atMillis, admission("acme", 0)).deciding().remaining();
    }

    @Test
    void shouldKeepWhatWasUsed_whenTheProfileGetsAnotherTier() {
        // Given: 600 of 1,000 used
        LedgerHarness harness = LedgerHarness.with(plans(1, "free"));
        harness.admit(5, admission("acme", 600));

        // When
        harness.change(10, new ProfileCommand("acme", "c1", 0, OTTO, new ProfileAction.SetTier("pro")));

        // Then
        assertThat(remaining(harness, 20)).isEqualTo(99_400);
        harness.admit(25, admission("acme", 400));
        harness.change(30, new ProfileCommand("acme", "c2", 1, OTTO, new ProfileAction.SetTier("free")));
        assertThat(remaining(harness, 40)).isZero();
    }

    @Test
    void shouldKeepWhatWasUsed_whenTheRulesetGivesAnotherTier() {
        // Given
        LedgerHarness harness = LedgerHarness.with(plans(1, "free"));
        harness.admit(5, admission("acme", 600));

        // When
        harness.activate(10, plans(2, "pro"));

        // Then
        assertThat(remaining(harness, 20)).isEqualTo(99_400);
    }

    @Test
    void shouldAnswerInPlaceOfLimits_whenAnAccessEntryIsInForce() throws Exception {
        // Given
        LedgerHarness harness = LedgerHarness.with(plans(1, "free"));
        AccessEntries.Entry entry = AccessEntries.entry(tree("access", "deny", "client", "acme", "for", "1h"));

        // When
        assertThat(harness.ledger.activate(AccessEntries.of(2, List.of(entry.until(100)))))
                .isTrue();
        assertThat(harness.ledger.activate(AccessEntries.of(2, List.of()))).isFalse();
        Outcome denied = harness.admit(99, admission("acme/a", 1));
        harness.activate(99, plans(2, "free"));
        Outcome stillDenied = harness.admit(99, admission("acme/a", 1));
        Outcome over = harness.admit(100, admission("acme/a", 1));

        // Then
        assertThat(denied.reason()).isEqualTo(Reason.DENY_LISTED);
        assertThat(stillDenied.reason()).isEqualTo(Reason.DENY_LISTED);
        assertThat(over.allowed()).isTrue();
        assertThat(over.deciding().remaining()).isEqualTo(999);
    }
}
