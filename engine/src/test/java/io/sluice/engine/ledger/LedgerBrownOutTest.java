package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.signal.ReportEffect;
import io.sluice.engine.signal.SignalReport;
import io.sluice.engine.state.CreditStatus;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** While a signal keeps a brown-out on, limits of its tiers take more, and only those. */
final class LedgerBrownOutTest {
    private final LedgerHarness harness = LedgerHarness.with(ruleset(1, "25%"));

    private static Ruleset ruleset(long revision, String scale) {
        Map<String, Object> document = document(limit("l", "account", 1, "1s", 8));
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", tree("paid", tree("tier", "pro")));
        document.put(
                "brownOut",
                tree(
                        "tiers",
                        List.of("free"),
                        "scale",
                        scale,
                        "when",
                        tree("signal", "db", "badFor", "10s", "goodFor", "30s")));
        return compiled(revision, document);
    }

    private ReportEffect report(boolean good, long atMillis, long ownMillis) {
        long nowMillis = harness.goTo(atMillis);
        SignalReport report = new SignalReport("db", good, 60_000, ownMillis);
        ReportEffect effect = harness.ledger.effect(report, nowMillis);
        if (effect == ReportEffect.TAKEN) {
            harness.ledger.apply(report, nowMillis);
        }
        return effect;
    }

    private Outcome ask(long atMillis, String clientId) {
        return harness.admit(atMillis, admission(clientId, 1));
    }

    @Test
    void shouldTakeMore_whenTheSignalIsBad() {
        // Given
        report(false, 1_000, 1_000);

        // When
        Outcome before = ask(10_999, "acme/a");
        Outcome during = ask(20_000, "acme/a");
        Outcome paid = ask(20_000, "paid/a");
        ask(20_000, "acme/a");
        Outcome refused = ask(20_000, "acme/a");

        // Then
        assertThat(before.charged()).isEqualTo(1);
        assertThat(during.charged()).isEqualTo(4);
        assertThat(paid.charged()).as("another tier").isEqualTo(1);
        assertThat(refused.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(refused.retryAfterMillis()).isEqualTo(4_000);
    }

    @Test
    void shouldLeaveCreditsAlone_whileTheSignalIsBad() {
        // Given
        harness.change(
                0,
                new ProfileCommand(
                        "acme",
                        "c",
                        0,
                        new Author("alice", "why"),
                        new ProfileAction.AddCredit("order", "l", List.of(), 9, /* first= */ true, 0, 90_000_000)));
        report(false, 1_000, 1_000);

        // When
        Outcome before = ask(10_999, "acme/a");
        Outcome during = ask(20_000, "acme/a");
        Outcome done = harness.admit(20_000, admission("acme/a", 3).in(ChargeMode.CHARGE));

        // Then
        assertThat(before.limits().get(0).credit()).isEqualTo(new CreditStatus(8, 1));
        assertThat(during.charged()).isEqualTo(4);
        assertThat(during.limits().get(0).credit()).isNull();
        assertThat(done.limits().get(0).credit())
                .as("what is done costs what it costs")
                .isEqualTo(new CreditStatus(5, 3));
    }

    @Test
    void shouldTakeWhatItCosts_whenTheSignalIsGoodAgainOrStale() {
        // Given
        report(false, 0, 0);
        report(true, 20_000, 20_000);

        // When / Then
        assertThat(ask(49_999, "acme/a").charged()).isEqualTo(4);
        assertThat(ask(50_000, "acme/a").charged()).isEqualTo(1);
        report(false, 60_000, 60_000);
        assertThat(ask(119_999, "acme/a").charged()).isEqualTo(4);
        assertThat(ask(120_000, "acme/a").charged())
                .as("nobody has reported for a minute")
                .isEqualTo(1);
    }

    @Test
    void shouldLeaveBucketsAsTheyAre_whenTheSwitchTurns() {
        // Given
        ask(0, "acme/a");
        report(false, 0, 0);

        // When
        Outcome peek = harness.admit(20_000, admission("acme/a", 0));

        // Then
        assertThat(peek.limits().get(0).remaining()).isEqualTo(8);
        assertThat(peek.limits().get(0).capacity()).isEqualTo(8);
    }

    @Test
    void shouldNotScale_whenItWasDoneAlready() {
        // Given
        report(false, 0, 0);
        Admission done = admission("acme/a", 2);

        // When
        Outcome charged = harness.admit(
                20_000,
                new Admission(
                        done.clientId(),
                        done.account(),
                        done.cost(),
                        done.method(),
                        done.path(),
                        done.host(),
                        done.attributes(),
                        0,
                        0,
                        done.priority(),
                        ChargeMode.CHARGE));

        // Then
        assertThat(charged.cost()).isEqualTo(2);
    }

    @Test
    void shouldGrantNoLease_whenBrownedOut() {
        // Given
        LeaseDemand ofFree = new LeaseDemand(admission("acme/a", 1), 4, 1_000);
        LeaseDemand ofPaid = new LeaseDemand(admission("paid/a", 1), 4, 1_000);
        LeaseResult before = harness.lease(0, ofFree);
        report(false, 1, 1);

        // When
        LeaseResult during = harness.lease(20_000, ofFree);
        LeaseResult other = harness.lease(20_000, ofPaid);

        // Then
        assertThat(before.tokens()).isPositive();
        assertThat(during.tokens()).isZero();
        assertThat(during.decided().outcome().reason()).isEqualTo(Reason.NOT_LEASABLE);
        assertThat(other.tokens()).isPositive();
    }

    @Test
    void shouldSayWhy_whenExplained() {
        // Given
        report(false, 1_000, 1_000);
        long nowMillis = harness.goTo(20_000);
        Explainer explainer = new Explainer(harness.ledger);

        // When
        LedgerExplanation explanation = explainer.explain(admission("acme/a", 1), nowMillis, 1);
        LedgerExplanation ofPaid = explainer.explain(admission("paid/a", 1), nowMillis, 1);

        // Then
        assertThat(explanation.signal().name()).isEqualTo("db");
        assertThat(explanation.signal().sinceMillis()).isEqualTo(1_000);
        assertThat(explanation.scalePerMille()).isEqualTo(250);
        assertThat(ofPaid.signal()).isNull();
    }

    @Test
    void shouldFollowTheRulesInForce_whenTheyChange() {
        // Given
        report(false, 0, 0);

        // When
        harness.activate(20_000, ruleset(2, "50%"));
        long half = ask(20_001, "acme/a").charged();
        harness.activate(20_002, compiled(3, document(limit("l", "account", 1, "1s", 8))));
        long whole = ask(20_003, "acme/a").charged();

        // Then
        assertThat(half).isEqualTo(2);
        assertThat(whole).isEqualTo(1);
    }

    @Test
    void shouldChangeNothing_whenTheReportersClockDisagrees() {
        // When
        ReportEffect late = report(false, 100_000, 94_999);
        ReportEffect early = report(false, 100_000, 105_001);
        ReportEffect taken = report(false, 100_000, 105_000);

        // Then
        assertThat(late).isEqualTo(ReportEffect.DISAGREES);
        assertThat(early).isEqualTo(ReportEffect.DISAGREES);
        assertThat(taken).isEqualTo(ReportEffect.TAKEN);
    }
}
