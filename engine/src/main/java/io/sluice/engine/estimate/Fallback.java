package io.sluice.engine.estimate;

import io.sluice.engine.ruleset.AccessEntries;
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
 * The answer to a request that gets no verdict in time, as the ruleset defines it.
 *
 * <ol>
 *   <li>A caller on a list gets the list's answer.
 *   <li>Of the limits that apply and are enforced, one that says deny is enough to deny. A limit without a failure mode
 *       takes the front end's own policy. If that policy is not to decide, the answer is undecided.
 *   <li>Limits that say local are checked against a {@link LocalEstimate}, all or nothing.
 *   <li>All other limits say allow.
 * </ol>
 */
public final class Fallback {
    /** The most buckets that one front end keeps of its own. */
    public static final int BUCKETS_MAX = 10_000;

    private final LocalEstimate estimate = new LocalEstimate(BUCKETS_MAX);

    /** The answer; {@code UNDECIDED}: the front end's own policy decides. */
    public enum Answer {
        ALLOW,
        DENY,
        UNDECIDED
    }

    /**
     * Answers in place of the ledger.
     *
     * @param ruleset the ruleset that was last seen in force
     * @param otherwise the failure mode of limits without one; null to leave these undecided
     * @param nowMillis the time, milliseconds since the epoch
     */
    public Answer answer(Ruleset ruleset, Admission admission, @Nullable FailureMode otherwise, long nowMillis) {
        return answer(ruleset, AccessEntries.NONE, admission, otherwise, nowMillis);
    }

    /** The same with access entries in force. */
    public Answer answer(
            Ruleset ruleset,
            AccessEntries access,
            Admission admission,
            @Nullable FailureMode otherwise,
            long nowMillis) {
        Listing listing = ruleset.lists().find(admission, nowMillis, access.lists());
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
