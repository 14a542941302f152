package io.sluice.replay.run;

import org.jspecify.annotations.Nullable;

/**
 * What a partition's log was like, beside what came of it.
 *
 * @param beginOffset the first offset that was still there
 * @param firstOffset of the first record in the window; -1 if there is none
 * @param lastOffset of the last record in the window; -1 if there is none
 * @param firstMillis the timestamp of the first record in the window
 * @param lastMillis the timestamp of the last record in the window
 * @param before records before the window that were run for the state
 * @param records records in the window
 * @param missing offsets between records of the window that nothing explains
 * @param withoutRules records in the window that came before any ruleset was in force
 * @param start how the state at the beginning of the window came about
 * @param startRules what was put in force before the first record, since the log does not say it
 */
public record PartitionFacts(
        int partition,
        long beginOffset,
        long firstOffset,
        long lastOffset,
        long firstMillis,
        long lastMillis,
        long before,
        long records,
        long missing,
        long withoutRules,
        Start start,
        StartRules startRules) {

    /** How the state at the beginning of a window came about. */
    public enum Start {
        /** From the log's first record on: it is what it was. */
        EXACT("exact: the log begins with its first record"),
        /** Retention has cut the head: what happened there is not known. */
        CUT("cold: retention has cut what came before; " + Start.UNKNOWN),
        /** Asked for. */
        COLD("cold: what came before was left out; " + Start.UNKNOWN);

        private static final String UNKNOWN = "buckets begin full; profiles, holds, leases, penalties, idempotency"
                + " keys and signals from before are not known";

        private final String text;

        Start(String text) {
            this.text = text;
        }

        /** As reports say it. */
        public String text() {
            return text;
        }
    }

    /** Whether the window has a record. */
    public boolean isEmpty() {
        return records == 0;
    }

    /** The later of two starts, by what they leave unknown. */
    static Start start(long beginOffset, boolean isLeftOut, boolean skipped) {
        if (skipped && isLeftOut) {
            return Start.COLD;
        }
        // The head may be cut between the look at the log and the first read.
        return beginOffset > 0 || skipped ? Start.CUT : Start.EXACT;
    }

    /** A place in the log; null if there is none. */
    public @Nullable String firstPlace() {
        return isEmpty() ? null : partition + "-" + firstOffset;
    }
}
