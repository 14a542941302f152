package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.LedgerExplanation.Effect;
import io.sluice.engine.ledger.LedgerExplanation.Matched;
import io.sluice.engine.ledger.LedgerExplanation.Mismatched;
import io.sluice.engine.ledger.RandomHistory.Ask;
import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Explanations agree with what is decided, and change nothing. */
final class ExplainerTest {
    private static final int SEEDS = 200;
    private static final int RECORDS = 300;

    @Test
    void shouldAgreeWithTheDecision_whenHistoriesAreRandom() {
        long matched = 0;
        long mismatched = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            LedgerHarness partition = LedgerHarness.empty();
            List<AdmissionResult> results = new ArrayList<>();
            for (Step step : RandomHistory.changing(seed, RECORDS, 30)) {
                if (!(step instanceof Ask ask)) {
                    partition.play(step, results);
                    continue;
                }
                // Given
                Admission asked = ask.admission();
                long nowMillis = partition.goTo(ask.recordMillis());
                InMemoryLedgerStore before = partition.store.copy();

                // When
                LedgerExplanation explanation =
                        new Explainer(partition.ledger).explain(asked, nowMillis, partition.nextOffset());

                // Then
                assertThat(partition.store).as("seed %d", seed).isEqualTo(before);
                partition.play(step, results);
                if (results.get(results.size() - 1) instanceof AdmissionResult.Decided decided) {
                    assertThat(explanation.outcome()).as("seed %d", seed).isEqualTo(decided.outcome());
                }
                Ruleset ruleset = partition.ledger.timeline().active();
                assertThat(idsOf(explanation, Matched.class))
                        .as("seed %d", seed)
                        .isEqualTo(
                                ruleset.limitsFor(asked).stream().map(Limit::id).toList());
                assertThat(explanation.limits()).as("seed %d", seed).hasSameSizeAs(ruleset.limits());
                assertEffects(explanation, "seed " + seed);
                matched += idsOf(explanation, Matched.class).size();
                mismatched += idsOf(explanation, Mismatched.class).size();
            }
        }
        assertThat(matched).isGreaterThan(50_000);
        assertThat(mismatched).isGreaterThan(10_000);
    }

    private static void assertEffects(LedgerExplanation explanation, String seed) {
        Outcome outcome = explanation.outcome();
        int asked = 0;
        for (LedgerExplanation.LimitExplanation limit : explanation.limits()) {
            if (limit instanceof Matched match && match.effect() != null) {
                LimitOutcome said = outcome.limits().get(asked++);
                Effect effect = match.effect();
                long cost =
                        said.metered() == null ? outcome.cost() : said.metered().charged();
                long taken = outcome.allowed() && !said.refused() ? cost : 0;
                assertThat(effect.after()).as(seed).isEqualTo(said.remaining());
                // What is below nothing does not show.
                assertThat(effect.after())
                        .as("%s, %s, %s", seed, effect, said)
                        .isBetween(
                                // A charge in advance also loses what refills while the bucket is full.
                                taken < 0
                                        ? effect.before()
                                        : said.action() == OnExceed.THROTTLE ? 0 : Math.max(0, effect.before() - taken),
                                Math.max(0, effect.before() - taken));
                assertThat(match.enforced()).as(seed).isEqualTo(said.enforced());
                assertThat(match.decides()).as(seed).isEqualTo(said.equals(outcome.deciding()));
            }
        }
        assertThat(asked).as(seed).isEqualTo(outcome.limits().size());
    }

    private static List<String> idsOf(
            LedgerExplanation explanation, Class<? extends LedgerExplanation.LimitExplanation> kind) {
        return explanation.limits().stream()
                .filter(kind::isInstance)
                .map(LedgerExplanation.LimitExplanation::limitId)
                .toList();
    }

    @Test
    void shouldListMatchesFirstAndSayWhy_whenSomeLimitsDoNotMatch() {
        // Given
        Map<String, Object> shadow = limit("shadow", 1, "1s", 5);
        shadow.put("mode", "shadow");
        Map<String, Object> document =
                document(matching(limit("writes", 1, "1s", 5), "methods", "PUT"), shadow, limit("all", 1, "1s", 5));
        document.put(
                "accounts",
                tree("acme", tree("limits", tree("all", tree("rate", tree("tokens", 1L, "per", "1s"), "burst", 2L)))));
        LedgerHarness partition = LedgerHarness.with(compiled(1, document));

        // When
        LedgerExplanation explanation = new Explainer(partition.ledger).explain(admission("acme", 2), 0, 1);

        // Then
        assertThat(explanation.truncated()).isFalse();
        assertThat(explanation.limits())
                .containsExactly(
                        new Matched("shadow", "acme", 5, false, "in shadow", false, false, new Effect(5, 3, 0)),
                        new Matched(
                                "all", "acme", 2, true, "enforced for every account", true, true, new Effect(2, 0, 0)),
                        new Mismatched("writes", "method: \"GET\" (expected: PUT)"));
    }

    @Test
    void shouldSayWhereTheAccountIs_whenALimitIsRolledOut() {
        // Given
        Map<String, Object> rolled = limit("rolled", 1, "1s", 5);
        rolled.put("rollout", "50%");
        LedgerHarness partition = LedgerHarness.with(compiled(1, document(rolled)));

        // When
        Matched matched = (Matched) new Explainer(partition.ledger)
                .explain(admission("acme", 1), 0, 1)
                .limits()
                .get(0);

        // Then
        assertThat(matched.enforcement())
                .startsWith(matched.enforced() ? "enforced: " : "in shadow: ")
                .contains("rolled out to the first 50.0% of the accounts, this one is at ");
    }

    @Test
    void shouldAskNoLimit_whenAListAnswers() {
        // Given
        Map<String, Object> document = document(limit("all", 1, "1s", 5));
        document.put(
                "lists", List.of(tree("id", "blocked", "access", "deny", "entries", List.of(tree("account", "acme")))));
        LedgerHarness partition = LedgerHarness.with(compiled(1, document));

        // When
        LedgerExplanation explanation = new Explainer(partition.ledger).explain(admission("acme", 1), 0, 1);

        // Then
        assertThat(explanation.outcome().listed()).extracting(ListMatch::listId).isEqualTo("blocked");
        assertThat(((Matched) explanation.limits().get(0)).effect()).isNull();
    }

    @Test
    void shouldBeCutAndSaySo_whenThereAreTooManyLimits() {
        // Given
        List<Map<String, Object>> limits = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Map<String, Object> limit = limit("l" + i, 1, "1s", 5);
            limits.add(i == 1_400 ? limit : matching(limit, "methods", "PUT"));
        }
        LedgerHarness partition = LedgerHarness.with(compiled(1, document(limits)));

        // When
        LedgerExplanation explanation = new Explainer(partition.ledger).explain(admission("acme", 1), 0, 1);

        // Then
        assertThat(explanation.truncated()).isTrue();
        assertThat(explanation.limitsTotal()).isEqualTo(1_500);
        assertThat(explanation.limits()).hasSize(Explainer.LIMITS_LISTED_MAX);
        assertThat(explanation.limits().get(0).limitId()).isEqualTo("l1400");
    }
}
