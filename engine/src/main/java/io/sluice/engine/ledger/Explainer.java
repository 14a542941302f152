package io.sluice.engine.ledger;

import io.sluice.engine.ledger.LedgerExplanation.Effect;
import io.sluice.engine.ledger.LedgerExplanation.LimitExplanation;
import io.sluice.engine.ledger.LedgerExplanation.Matched;
import io.sluice.engine.ledger.LedgerExplanation.Mismatched;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.BrownOut;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Mismatch;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.signal.BrownOutTrigger;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Explains what a {@link Ledger} would decide, and changes nothing.
 *
 * <p>The verdict is the ledger's own, and so are the buckets that it finds. The ledger decides twice: at the cost, and
 * at no cost. Only the matching is repeated here, part by part, in words.
 */
public final class Explainer {
    /** The most limits that an explanation lists. */
    public static final int LIMITS_LISTED_MAX = 1_000;
    /** The most characters of all listed limits: bounds the size of an answer. */
    public static final int CHARS_LISTED_MAX = 100_000;

    private final Ledger ledger;

    public Explainer(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Explains an admission without idempotency key; the account's due holds have been ended before.
     *
     * @param offset the offset in the log that the request would have
     */
    public LedgerExplanation explain(Admission admission, long nowMillis, long offset) {
        return explain(admission, List.of(), nowMillis, offset);
    }

    /**
     * The same for an admission that has visited wide buckets.
     *
     * @param said what their owners said; a wide limit without a statement does not count
     */
    public LedgerExplanation explain(Admission admission, List<WideStatement> said, long nowMillis, long offset) {
        Ruleset ruleset = ledger.timeline().active();
        Outcome outcome = asked(admission, said, nowMillis, offset);
        // At no cost the ledger finds the buckets as they are.
        List<WideStatement> found = said.stream().map(WideStatement::asFound).toList();
        Map<String, Effect> effects = effects(outcome, asked(admission.costing(0), found, nowMillis, offset));
        Listing listing = new Listing();
        List<Mismatched> mismatched = new ArrayList<>();
        AccountTimeline timeline = ledger.timeline(admission.account());
        String tier = timeline.tier();
        Admission asRead = ruleset.asRead(admission);
        for (Limit limit : ruleset.limits()) {
            String mismatch = Mismatch.of(limit.match(), tier, asRead);
            if (mismatch != null && mismatched.size() < LIMITS_LISTED_MAX) {
                mismatched.add(new Mismatched(limit.id(), mismatch));
            } else if (mismatch == null) {
                Limit counted = timeline.limit(limit.id());
                listing.add(matched(counted == null ? limit : counted, admission, outcome, effects.get(limit.id())));
            }
        }
        mismatched.forEach(listing::add);
        BrownOut brownOut = ruleset.brownOut();
        BrownOutTrigger trigger = timeline.isBrownedOut(nowMillis) ? brownOut.trigger() : null;
        return new LedgerExplanation(
                outcome,
                ruleset.limits().size(),
                listing.limits,
                trigger == null ? null : ledger.timeline().signals().named(trigger.signal()),
                brownOut.perMille());
    }

    private Outcome asked(Admission admission, List<WideStatement> said, long nowMillis, long offset) {
        WideStatements statements = new WideStatements(said, /* asks= */ false);
        AdmissionResult result = ledger.decide(admission, /* idempotencyKey= */ null, statements, nowMillis, offset);
        return ((AdmissionResult.Decided) result).outcome();
    }

    private static Map<String, Effect> effects(Outcome outcome, Outcome peek) {
        Map<String, Effect> effects = new HashMap<>();
        for (int i = 0; i < outcome.limits().size(); i++) {
            LimitOutcome after = outcome.limits().get(i);
            long before = peek.limits().get(i).remaining();
            effects.put(after.limitId(), new Effect(before, after.remaining(), after.retryAfterMillis()));
        }
        return effects;
    }

    private Matched matched(Limit limit, Admission admission, Outcome outcome, @Nullable Effect effect) {
        String account = admission.account();
        LimitOutcome deciding = outcome.deciding();
        return new Matched(
                limit.id(),
                limit.scope().valueIn(admission),
                limit.algorithm().capacity(),
                limit.isEnforcedFor(account),
                limit.enforcement(account),
                ledger.timeline(account).isOverridden(limit.id()),
                deciding != null && deciding.limitId().equals(limit.id()),
                effect);
    }

    /** Limits, as many as fit. */
    private static final class Listing {
        private final List<LimitExplanation> limits = new ArrayList<>();
        private int chars;

        void add(LimitExplanation limit) {
            if (limits.size() < LIMITS_LISTED_MAX && chars < CHARS_LISTED_MAX) {
                limits.add(limit);
                chars += limit.limitId().length() + words(limit);
            }
        }

        private static int words(LimitExplanation limit) {
            return limit instanceof Matched matched
                    ? matched.scope().length() + matched.enforcement().length()
                    : ((Mismatched) limit).mismatch().length();
        }
    }
}
