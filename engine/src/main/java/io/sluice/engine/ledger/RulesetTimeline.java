package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.CarryOver;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rulesets of one partition and the moments at which each came into force, oldest first. Immutable.
 *
 * <p>A bucket is touched only when it is asked for, perhaps several revisions after it was last written. The timeline
 * brings it forward exactly as if it had been carried over at each activation:
 *
 * <pre>
 *   written           activated: 20 per 1 s -&gt; 5 per 1 s              asked for
 *   r7, t=100 ms      r8, t=400 ms                                     t=900 ms
 *   |---- refills at r7's rate, 300 ms ----|---- refills at r8's rate, 500 ms ----|
 * </pre>
 *
 * <p>So the moment at which a bucket happens to be read or cleaned up never shows in a verdict. A limit that was absent
 * for a while, or whose scope changed, begins full.
 */
public final class RulesetTimeline {
    /**
     * Revisions kept. The clean-up brings stored buckets to the newest revision, so older ones are needed only until it
     * has gone round once; a bucket older than the oldest kept is carried from there, as if it had stood still before.
     */
    public static final int REVISIONS_MAX = 64;

    /** One ruleset and the partition's time at its activation. */
    public record Entry(Ruleset ruleset, long activatedAtMillis) {}

    private final List<Entry> entries;

    private RulesetTimeline(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    public static RulesetTimeline empty() {
        return new RulesetTimeline(List.of());
    }

    /** The ruleset in force. */
    public Ruleset active() {
        return entries.isEmpty() ? NONE : entries.get(entries.size() - 1).ruleset();
    }

    private static final Ruleset NONE = Ruleset.none();

    /** This timeline with a newer ruleset in force from {@code atMillis} on. */
    public RulesetTimeline activated(Ruleset ruleset, long atMillis) {
        if (ruleset.revision() <= active().revision()) {
            throw new IllegalArgumentException(
                    "revision: " + ruleset.revision() + " (expected: above " + active().revision() + ")");
        }
        List<Entry> next = new ArrayList<>(entries);
        next.add(new Entry(ruleset, atMillis));
        return new RulesetTimeline(next.size() > REVISIONS_MAX ? next.subList(1, next.size()) : next);
    }

    /** The oldest revision that is kept, 0 if there is none. */
    public long oldestRevision() {
        return entries.isEmpty()
                ? Ruleset.NO_REVISION
                : entries.get(0).ruleset().revision();
    }

    /**
     * This timeline as it was just before {@code atMillis}: without the rulesets that came into force then or later.
     * Before the oldest that is kept there is none.
     */
    RulesetTimeline before(long atMillis) {
        int end = entries.size();
        while (end > 0 && entries.get(end - 1).activatedAtMillis() >= atMillis) {
            end--;
        }
        return end == entries.size() ? this : new RulesetTimeline(entries.subList(0, end));
    }

    /**
     * Whether the limit's buckets still contain what was charged to them under {@code revision}: the limit has been there
     * ever since with the same scope, and no change has reset it.
     */
    boolean carries(String limitId, String account, long revision) {
        if (entries.isEmpty() || revision < oldestRevision()) {
            return false;
        }
        int from = indexOf(revision);
        @Nullable Limit before = entries.get(from).ruleset().limit(limitId, account);
        for (int i = from + 1; i < entries.size() && before != null; i++) {
            Limit after = entries.get(i).ruleset().limit(limitId, account);
            before = after != null && isCarried(before, after) ? after : null;
        }
        return before != null;
    }

    private static boolean isCarried(Limit before, Limit after) {
        return before.scope().equals(after.scope())
                && (after.carryOver() != CarryOver.RESET || before.algorithm().equals(after.algorithm()));
    }

    /** The bucket of an active limit as it stands at {@code nowMillis}; full if nothing is stored. */
    BucketState stateAt(Limit limit, String account, @Nullable StoredBucket stored, long nowMillis) {
        if (stored == null) {
            return limit.algorithm().full(nowMillis);
        }
        BucketState state = stored.revision() == active().revision() ? stored.state() : carried(limit, account, stored);
        return limit.algorithm().at(state, nowMillis);
    }

    private BucketState carried(Limit active, String account, StoredBucket stored) {
        String limitId = active.id();
        int from = indexOf(stored.revision());
        @Nullable Limit before = entries.get(from).ruleset().limit(limitId, account);
        // Null while the limit does not exist: whatever was in use is forgotten.
        @Nullable BucketState state = stored.revision() < oldestRevision() ? asOfOldest(before, stored.state()) : stored.state();
        for (int i = from + 1; i < entries.size(); i++) {
            long boundaryMillis = entries.get(i).activatedAtMillis();
            Limit after = entries.get(i).ruleset().limit(limitId, account);
            state = crossed(before, state, after, boundaryMillis);
            before = after;
        }
        return state == null ? active.algorithm().full(stored.state().atMillis()) : state;
    }

    private static @Nullable BucketState crossed(
            @Nullable Limit before, @Nullable BucketState state, @Nullable Limit after, long boundaryMillis) {
        if (after == null) {
            return null;
        }
        if (before == null || state == null || !before.scope().equals(after.scope())) {
            return after.algorithm().full(boundaryMillis);
        }
        return before.algorithm().equals(after.algorithm())
                ? state
                : after.carryOver()
                        .carried(before.algorithm(), before.algorithm().at(state, boundaryMillis), after.algorithm());
    }

    /**
     * A bucket whose own revision is forgotten, read by the oldest kept. Its numbers are of an unknown meaning and its
     * time was refilled at an unknown rate, so neither may turn into tokens.
     */
    private @Nullable BucketState asOfOldest(@Nullable Limit limit, BucketState state) {
        long atMillis = Math.max(state.atMillis(), entries.get(0).activatedAtMillis());
        return limit == null ? null : limit.algorithm().withUsed(atMillis, state.usedTokens());
    }

    private int indexOf(long revision) {
        for (int i = entries.size() - 1; i > 0; i--) {
            if (entries.get(i).ruleset().revision() <= revision) {
                return i;
            }
        }
        return 0;
    }
}
