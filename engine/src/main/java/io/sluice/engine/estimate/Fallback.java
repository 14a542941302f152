package io.sluice.engine.estimate;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.FailureMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is answered in place of a verdict that does not come, as the ruleset wants it.
 *
 * <ol>
 *   <li>Who is on a list is answered by it.
 *   <li>Of the limits that apply and are enforced, one that says deny is enough to deny; one that says nothing stands
 *       for the front end's own policy, and if that is to say that there is no verdict, so is the answer.
 *   <li>Limits that say local are asked of a {@link LocalEstimate}, all or nothing.
 *   <li>What is left says allow.
 * </ol>
 */
public final class Fallback {
    /** The most buckets that one front end keeps of its own. */
    public static final int BUCKETS_MAX = 10_000;

    private final LocalEstimate estimate = new LocalEstimate(BUCKETS_MAX);

    /** What is answered; {@code UNDECIDED}: the front end's own policy decides. */
    public enum Answer {
        ALLOW,
        DENY,
        UNDECIDED
    }

    /**
     * Answers in place of the ledger.
     *
     * @param ruleset the ruleset that was last seen in force
     * @param otherwise what limits say that say nothing; null if that is not to be decided
     * @param nowMillis the time, milliseconds since the epoch
     */
    public Answer answer(Ruleset ruleset, Admission admission, @Nullable FailureMode otherwise, long nowMillis) {
        Listing listing = ruleset.lists().find(admission, nowMillis);
        if (listing != null) {
            return listing.access() == Access.ALLOW ? Answer.ALLOW : Answer.DENY;
        }
        List<Limit> local = new ArrayList<>();
        boolean applies = false;
        boolean decided = true;
        for (Limit limit : ruleset.limitsFor(admission)) {
            if (!limit.isEnforcedFor(admission.account())) {
                continue;
            }
            applies = true;
            FailureMode mode = limit.onFailure() == null ? otherwise : limit.onFailure();
            if (mode == FailureMode.DENY) {
                return Answer.DENY;
            }
            decided &= mode != null;
            if (mode == FailureMode.LOCAL) {
                local.add(limit);
            }
        }
        if (!applies || !decided) {
            return Answer.UNDECIDED;
        }
        return estimate.admits(local, admission, nowMillis) ? Answer.ALLOW : Answer.DENY;
    }
}
