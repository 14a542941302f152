package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.HoldHistory.Ask;
import io.sluice.engine.ledger.HoldHistory.Settle;
import io.sluice.engine.ledger.HoldHistory.Step;
import io.sluice.engine.ledger.HoldModel.Kind;
import io.sluice.engine.ledger.HoldModel.Rule;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetFixture;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ledger against {@link HoldModel}: more than 200,000 requests about what is held, none answered otherwise. */
final class HoldModelTest {
    private static final int SEEDS = 700;
    private static final int RECORDS = 350;
    private static final List<Rule> RULES = List.of(
            new Rule("tokens", true, Kind.TOKENS, 14, 9, 1_000, 25),
            new Rule("window", false, Kind.FIXED, 30, 0, 2_000, 7),
            new Rule("log", true, Kind.LOG, 13, 0, 900, 20),
            new Rule("counter", false, Kind.COUNTER, 34, 0, 1_500, 0),
            new Rule("slots", false, Kind.SLOTS, 25, 0, 1_100, 0));

    private static Ruleset ruleset() {
        return RulesetFixture.compiled(
                1,
                RulesetFixture.document(RULES.stream().map(HoldModelTest::limit).toList()));
    }

    private static Map<String, Object> limit(Rule rule) {
        Map<String, Object> limit =
                RulesetFixture.tree("id", rule.id(), "scope", rule.byClient() ? "client" : "account");
        String period = rule.periodMillis() + "ms";
        switch (rule.kind()) {
            case TOKENS ->
                limit.putAll(Map.of("rate", Map.of("tokens", rule.tokens(), "per", period), "burst", rule.size()));
            case FIXED -> limit.putAll(windowed("fixed-window", rule.size(), period));
            case LOG -> limit.putAll(windowed("sliding-window-log", rule.size(), period));
            case COUNTER -> limit.putAll(windowed("sliding-window-counter", rule.size(), period));
            case SLOTS -> limit.putAll(Map.of("algorithm", "concurrency", "limit", rule.size(), "ttl", period));
        }
        if (rule.kind() != Kind.SLOTS) {
            limit.putAll(Map.of("overdraft", rule.overdraft(), "refunds", rule.refunds()));
        }
        return limit;
    }

    private static Map<String, Object> windowed(String algorithm, long size, String period) {
        return Map.of("algorithm", algorithm, "limit", size, "window", Map.of("per", period));
    }

    @Test
    void shouldAnswerAsTheModel_whenHistoriesAreRandom() {
        Ruleset ruleset = ruleset();
        long compared = 0;
        long denied = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            LedgerHarness harness = LedgerHarness.empty();
            HoldModel model = new HoldModel(RULES);
            List<Step> log = HoldHistory.under(seed, RECORDS, ruleset);
            harness.activate(log.get(0).recordMillis(), ruleset);

            for (Step step : log.subList(1, log.size())) {
                // When / Then
                String name = "seed " + seed + " " + step;
                long nowMillis = harness.goTo(step.recordMillis());
                model.passTo(nowMillis);
                if (step instanceof Ask ask) {
                    denied += compareAsk(name, harness, model, ask, nowMillis) ? 0 : 1;
                } else if (step instanceof Settle settle) {
                    compareSettle(name, harness, model, settle, nowMillis);
                }
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(200_000);
        assertThat(denied).as("denials").isGreaterThan(compared / 100);
    }

    private static boolean compareAsk(String name, LedgerHarness harness, HoldModel model, Ask ask, long nowMillis) {
        Admission admission = ask.admission();
        if (admission.mode() != ChargeMode.CHECK) {
            compareDone(name, harness, model, ask, nowMillis);
            return true;
        }
        long offset = harness.nextOffset();
        HoldModel.Answer expected =
                model.ask(admission.clientId(), admission.cost(), admission.reserveMillis(), offset, nowMillis);
        Outcome outcome = harness.admit(ask.recordMillis(), admission);
        assertThat(outcome.allowed()).as(name).isEqualTo(expected.allowed());
        assertThat(outcome.limits().stream().map(LimitOutcome::remaining).toList())
                .as(name)
                .isEqualTo(expected.remaining());
        assertThat(outcome.holdGrant().reservedUntilMillis()).as(name).isEqualTo(expected.reservedUntilMillis());
        assertThat(outcome.holdGrant().slotsUntilMillis()).as(name).isEqualTo(expected.slotsUntilMillis());
        return outcome.allowed();
    }

    private static void compareDone(String name, LedgerHarness harness, HoldModel model, Ask ask, long nowMillis) {
        Admission admission = ask.admission();
        List<Long> expected = admission.mode() == ChargeMode.CHARGE
                ? model.charge(admission.clientId(), admission.cost(), nowMillis)
                : model.refund(admission.clientId(), admission.cost(), nowMillis);
        Outcome outcome = harness.admit(ask.recordMillis(), admission);
        assertThat(outcome.allowed()).as(name).isTrue();
        // All but the slots, which come last.
        assertThat(outcome.limits().stream().map(LimitOutcome::remaining).toList())
                .as(name)
                .isEqualTo(expected.subList(0, expected.size() - 1));
    }

    private static void compareSettle(
            String name, LedgerHarness harness, HoldModel model, Settle settle, long nowMillis) {
        HoldAction action = settle.action();
        HoldModel.Hold hold =
                model.hold(action.key().offset(), action.key().kind() == HoldKind.SLOTS, action.clientId());
        HoldResult result = harness.settle(settle.recordMillis(), action);
        if (hold == null || nowMillis >= hold.expiresAtMillis || hold.end == HoldOutcome.EXPIRED) {
            assertThat(result).as(name).isInstanceOf(HoldResult.NotFound.class);
        } else if (hold.endedAtMillis >= 0) {
            boolean repeats =
                    hold.kept == action.cost() && nowMillis < hold.endedAtMillis + HoldLifecycle.SETTLED_MILLIS_MAX;
            assertThat(result).as(name).isInstanceOf(repeats ? HoldResult.Repeated.class : HoldResult.NotFound.class);
        } else if (action.cost() > hold.cost && !model.mayKeepMore(hold)) {
            assertThat(result).as(name).isEqualTo(new HoldResult.AboveReservation(hold.cost));
        } else {
            model.settle(hold, action.outcome(), action.cost(), nowMillis);
            HoldSettlement end = ((HoldResult.Ended) result).settlement();
            assertThat(end.returned()).as(name).isEqualTo(Math.max(0, hold.cost - action.cost()));
            for (LimitOutcome limit : end.limits()) {
                Rule rule = RULES.stream()
                        .filter(it -> it.id().equals(limit.limitId()))
                        .findFirst()
                        .orElseThrow();
                assertThat(limit.remaining())
                        .as(name + " " + limit)
                        .isEqualTo(model.remaining(rule, hold.clientId, nowMillis));
            }
        }
    }
}
