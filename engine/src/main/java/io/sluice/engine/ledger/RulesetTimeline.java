package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.signal.HealthSignals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rulesets of one partition and the moments at which each came into force, oldest first. Immutable.
 *
 * <p>A bucket is touched only when it is read, perhaps several revisions after it was last written. The timeline brings
 * it forward ({@link AccountTimeline}) exactly as if it had been carried over at each activation:
 *
 * <pre>
 *   written           activated: 20 per 1 s -&gt; 5 per 1 s              read
 *   r7, t=100 ms      r8, t=400 ms                                     t=900 ms
 *   |---- refills at r7's rate, 300 ms ----|---- refills at r8's rate, 500 ms ----|
 * </pre>
 *
 * <p>So a verdict does not depend on when a bucket happens to be read or cleaned up. A limit whose scope changed
 * begins full. The buckets of a limit that is removed, or off, are kept. If it comes back within {@link
 * #ABSENCE_MILLIS_MAX}, they come back as well, as if it had been there all the time. So rolling back a mistake gives
 * nobody a new monthly quota.
 */
public final class RulesetTimeline {
    /**
     * Revisions kept. The clean-up brings stored buckets to the newest revision, so older ones are needed only until it
     * has gone round once; a bucket older than the oldest kept is carried from there, as if it had stood still before.
     */
    public static final int REVISIONS_MAX = 64;

    /** How long the buckets of a limit that no ruleset has are kept: seven days. */
    public static final long ABSENCE_MILLIS_MAX = 7L * 24 * 60 * 60 * 1_000;

    /** One ruleset and the partition's time at its activation. */
    public record Entry(Ruleset ruleset, long activatedAtMillis) {}

    private final List<Entry> entries;
    private final AccessEntries access;
    private final HealthSignals signals;

    private RulesetTimeline(List<Entry> entries, AccessEntries access, HealthSignals signals) {
        this.entries = List.copyOf(entries);
        this.access = access;
        this.signals = signals;
    }

    public static RulesetTimeline empty() {
        return new RulesetTimeline(List.of(), AccessEntries.NONE, HealthSignals.NONE);
    }

    /** The access entries in force; a change of rules leaves them as they are. */
    public AccessEntries access() {
        return access;
    }

    /** This timeline with other access entries in force. */
    public RulesetTimeline with(AccessEntries newer) {
        return new RulesetTimeline(entries, newer, signals);
    }

    /** The health signals; a change of rules leaves them as they are. */
    public HealthSignals signals() {
        return signals;
    }

    /** This timeline with other health signals. */
    public RulesetTimeline with(HealthSignals newer) {
        return new RulesetTimeline(entries, access, newer);
    }

    /** Whether a signal keeps the brown-out of the ruleset in force on. */
    public boolean isBrownedOut(long nowMillis) {
        return signals.isOn(active().brownOut().trigger(), nowMillis);
    }

    /** The entry of the ruleset's lists, or of the access entries, that answers the admission; null if none does. */
    @Nullable Listing listing(Admission admission, long nowMillis) {
        return active().lists().find(admission, nowMillis, access.lists());
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
        return new RulesetTimeline(next.size() > REVISIONS_MAX ? next.subList(1, next.size()) : next, access, signals);
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
        return end == entries.size() ? this : new RulesetTimeline(entries.subList(0, end), access, signals);
    }

    /** This timeline without the ruleset and those that came after it. */
    RulesetTimeline before(Ruleset ruleset) {
        int end = entries.size();
        while (end > 0 && entries.get(end - 1).ruleset().revision() >= ruleset.revision()) {
            end--;
        }
        return new RulesetTimeline(entries.subList(0, end), access, signals);
    }

    /** The rulesets and their moments, oldest first. */
    List<Entry> entries() {
        return entries;
    }
}
