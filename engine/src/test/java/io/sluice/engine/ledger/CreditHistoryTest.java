package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.ledger.CreditModel.Source;
import io.sluice.engine.ledger.CreditModel.Taken;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Admissions, holds, batches and credits at random: the ledger and a model from the definition agree on each. */
final class CreditHistoryTest {
    private static final int SEEDS = 120;
    private static final int RECORDS = 300;
    private static final long LIMIT = 5;
    private static final long OVERDRAFT = 4;
    private static final long WINDOW_MILLIS = 100;
    /** All credits end within it. */
    private static final long HORIZON_MILLIS = 900;

    private final Map<String, Long> counts = new HashMap<>();

    @Test
    void shouldAnswerLikeTheModel_whenCreditsComeAndGo() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Walk walk = new Walk(seed);
            for (int i = 0; i < RECORDS; i++) {
                walk.step();
            }
            walk.assertReplayed();
        }
        for (String kind : List.of(
                "allowed by credit",
                "allowed in part by credit",
                "denied",
                "denied for ever",
                "charged",
                "refunded to credit",
                "committed",
                "expired",
                "batch allowed",
                "batch denied",
                "added",
                "removed",
                "refused",
                "left unleased")) {
            assertThat(counts.getOrDefault(kind, 0L)).as(kind).isGreaterThan(SEEDS / 10);
        }
    }

    private record OpenHold(long offset, long cost, long untilMillis, Taken taken) {}

    private final class Walk {
        private final long seed;
        private final SplittableRandom random;
        private final LedgerHarness harness;
        /** The same, cleaned up at random. */
        private final LedgerHarness cleaned;

        private final CreditModel model = new CreditModel(LIMIT, OVERDRAFT, WINDOW_MILLIS);
        private final List<OpenHold> holds = new ArrayList<>();
        private long nowMillis = 1_700_000_000_000L;
        private long commands;

        Walk(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.harness = harness();
            this.cleaned = harness();
        }

        private LedgerHarness harness() {
            Map<String, Object> limit = tree(
                    "id",
                    "window",
                    "scope",
                    "account",
                    "algorithm",
                    "fixed-window",
                    "limit",
                    LIMIT,
                    "window",
                    tree("per", WINDOW_MILLIS + "ms"),
                    "overdraft",
                    OVERDRAFT,
                    "refunds",
                    true);
            LedgerHarness fresh = LedgerHarness.empty();
            fresh.activate(nowMillis, compiled(1, document(limit)));
            return fresh;
        }

        private void count(String kind) {
            counts.merge(kind, 1L, Long::sum);
        }

        void step() {
            nowMillis += random.nextInt(3) == 0 ? random.nextInt(60) : random.nextInt(4);
            endHolds();
            switch (random.nextInt(10)) {
                case 0, 1 -> change();
                case 2 -> settle();
                case 3 -> charge();
                case 4 -> refund();
                case 5 -> batch();
                case 6 -> lease();
                default -> check();
            }
            if (random.nextInt(4) == 0) {
                cleaned.cleanUp(random::nextBoolean);
            }
            LimitOutcome peek = only(admit(admission("acme", 0)));
            assertThat(peek.remaining()).as(where("remaining")).isEqualTo(model.remaining(nowMillis));
            assertThat(peek.credit() == null ? 0 : peek.credit().remaining())
                    .as(where("left of credits"))
                    .isEqualTo(model.creditRemaining(nowMillis));
        }

        private String where(String what) {
            return "seed " + seed + ", offset " + harness.nextOffset() + ": " + what;
        }

        private void endHolds() {
            holds.sort(Comparator.comparingLong(OpenHold::untilMillis).thenComparingLong(OpenHold::offset));
            while (!holds.isEmpty() && holds.get(0).untilMillis() <= nowMillis) {
                OpenHold due = holds.remove(0);
                model.giveBack(due.taken(), due.cost(), due.untilMillis());
                count("expired");
            }
        }

        private Outcome admit(Admission admission) {
            Outcome outcome = harness.admit(nowMillis, admission);
            assertThat(cleaned.admit(nowMillis, admission))
                    .as(where("after clean-up"))
                    .isEqualTo(outcome);
            return outcome;
        }

        private LimitOutcome only(Outcome outcome) {
            assertThat(outcome.limits()).hasSize(1);
            return outcome.limits().get(0);
        }

        private void check() {
            long cost = 1 + random.nextInt(9);
            boolean reserves = random.nextInt(3) == 0;
            Admission admission = admission("acme", cost);
            long offset = harness.nextOffset();
            long retryMillis = model.retryAfterMillis(nowMillis, cost, HORIZON_MILLIS);
            long ttlMillis = 1 + random.nextInt(150);
            LimitOutcome limit = only(admit(reserves ? admission.reserving(ttlMillis) : admission));
            Taken taken = model.check(nowMillis, cost);
            assertThat(limit.retryAfterMillis())
                    .as(where("retry after, cost " + cost))
                    .isEqualTo(retryMillis < 0 ? Algorithm.NEVER : retryMillis);
            if (taken == null) {
                count(retryMillis < 0 ? "denied for ever" : "denied");
                return;
            }
            long paid =
                    taken.sources().stream().filter(source -> source != null).count();
            assertThat(limit.credit() == null ? 0 : limit.credit().charged())
                    .as(where("paid by credits"))
                    .isEqualTo(paid);
            count(paid == cost ? "allowed by credit" : paid > 0 ? "allowed in part by credit" : "allowed");
            if (reserves) {
                holds.add(new OpenHold(offset, cost, nowMillis + ttlMillis, taken));
            }
        }

        private void charge() {
            long cost = 1 + random.nextInt(12);
            LimitOutcome limit = only(admit(admission("acme", cost).in(ChargeMode.CHARGE)));
            assertThat(limit.metered().charged()).as(where("charged")).isEqualTo(model.charge(nowMillis, cost));
            count("charged");
        }

        private void refund() {
            long cost = 1 + random.nextInt(6);
            LimitOutcome limit = only(admit(admission("acme", cost).in(ChargeMode.REFUND)));
            assertThat(-limit.metered().charged()).as(where("refunded")).isEqualTo(model.refund(nowMillis, cost));
            count(limit.credit() != null && limit.credit().charged() < 0 ? "refunded to credit" : "refunded");
        }

        private void settle() {
            if (holds.isEmpty()) {
                return;
            }
            OpenHold hold = holds.remove(random.nextInt(holds.size()));
            long kept = random.nextInt((int) hold.cost() + 4);
            HoldAction action = new HoldAction(
                    new HoldKey("acme", HoldKind.RESERVATION, hold.offset()), "acme", HoldOutcome.COMMITTED, kept);
            HoldResult.Ended ended = (HoldResult.Ended) harness.settle(nowMillis, action);
            assertThat(cleaned.settle(nowMillis, action)).as(where("settled")).isEqualTo(ended);
            model.giveBack(hold.taken(), Math.max(0, hold.cost() - kept), nowMillis);
            long over = Math.max(0, kept - hold.cost());
            long charged = model.charge(nowMillis, over);
            assertThat(ended.settlement().uncharged()).as(where("not charged")).isEqualTo(over - charged);
            count("committed");
        }

        private void batch() {
            List<Admission> checks = new ArrayList<>();
            long sum = 0;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                long cost = 1 + random.nextInt(4);
                sum += cost;
                checks.add(admission("acme", cost));
            }
            long retryMillis = model.retryAfterMillis(nowMillis, sum, HORIZON_MILLIS);
            BatchResult.Decided decided = batch(harness, checks);
            assertThat(batch(cleaned, checks)).as(where("batch")).isEqualTo(decided);
            boolean allowed = model.check(nowMillis, sum) != null;
            Outcome outcome = decided.outcome().outcome();
            assertThat(outcome.allowed()).as(where("batch of " + sum)).isEqualTo(allowed);
            assertThat(outcome.retryAfterMillis())
                    .as(where("batch's retry"))
                    .isEqualTo(retryMillis < 0 ? Algorithm.NEVER : retryMillis);
            if (allowed) {
                assertThat(BatchEvaluator.charges(decided).values())
                        .as(where("batch's charges"))
                        .containsExactly(sum);
            }
            count(allowed ? "batch allowed" : "batch denied");
        }

        private BatchResult.Decided batch(LedgerHarness on, List<Admission> checks) {
            BatchEvaluator evaluator = new BatchEvaluator(on.ledger, on.store);
            long now = on.goTo(nowMillis);
            on.settleDue("acme", now);
            BatchResult result = evaluator.decide(checks, null, now, on.skipOffset());
            evaluator.apply(result);
            return (BatchResult.Decided) result;
        }

        /** What is lent is never of credits. */
        private void lease() {
            long cost = random.nextInt(4);
            LeaseDemand ask = new LeaseDemand(admission("acme", cost), random.nextInt(8), 1);
            long credits = model.creditRemaining(nowMillis);
            long own = model.remaining(nowMillis) - credits;
            LeaseResult lease = harness.lease(nowMillis, ask);
            assertThat(cleaned.lease(nowMillis, ask)).as(where("lease")).isEqualTo(lease);
            assertThat(lease.tokens()).as(where("leased")).isLessThanOrEqualTo(own);
            Taken taken = model.check(nowMillis, lease.tokens());
            assertThat(taken.sources()).as(where("sources of a lease")).allMatch(source -> source == null);
            if (credits > 0 && lease.tokens() < Math.max(1, cost)) {
                assertThat(lease.decided().outcome().reason().code()).isEqualTo("not-leasable");
                count("left unleased");
            }
            // Nobody reports on it, so it is spent.
            nowMillis++;
            endHolds();
        }

        private void change() {
            boolean removes = random.nextInt(4) == 0;
            String id = "credit-" + random.nextInt(6);
            long fromMillis = random.nextBoolean() ? 0 : nowMillis + random.nextInt(100);
            long untilMillis = Math.max(fromMillis, nowMillis) + random.nextInt(300);
            boolean first = random.nextInt(3) == 0;
            long tokens = 1 + random.nextInt(12);
            ProfileAction action = removes || untilMillis <= fromMillis
                    ? new ProfileAction.RemoveCredit(id)
                    : new ProfileAction.AddCredit(id, "window", List.of(), tokens, first, fromMillis, untilMillis);
            ProfileCommand command = new ProfileCommand(
                    "acme", "c" + commands++, harness.store.profile("acme").version(), new Author("a", "b"), action);
            ProfileResult result = harness.change(nowMillis, command);
            assertThat(cleaned.change(nowMillis, command)).as(where("change")).isEqualTo(result);
            Source same = model.credits.stream()
                    .filter(credit -> credit.id.equals(id) && credit.untilMillis > nowMillis)
                    .findFirst()
                    .orElse(null);
            boolean adds = action instanceof ProfileAction.AddCredit;
            boolean accepted = adds ? same == null && untilMillis > nowMillis : same != null;
            assertThat(result instanceof ProfileResult.Accepted)
                    .as(where("accepted"))
                    .isEqualTo(accepted);
            if (accepted && adds) {
                model.credits.add(new Source(id, first, tokens, fromMillis, untilMillis, commands));
            } else if (accepted) {
                model.credits.remove(same);
            }
            count(!accepted ? "refused" : adds ? "added" : "removed");
            // The same command once more changes nothing.
            assertThat(harness.change(nowMillis, command)).isNotInstanceOf(ProfileResult.Accepted.class);
            assertThat(cleaned.change(nowMillis, command)).isNotInstanceOf(ProfileResult.Accepted.class);
        }

        private void assertReplayed() {
            assertThat(Credit.CREDITS_MAX)
                    .isGreaterThanOrEqualTo(
                            harness.store.profile("acme").credits().size());
            assertThat(cleaned.meaning()).as(where("meaning")).isEqualTo(harness.meaning());
        }
    }
}
