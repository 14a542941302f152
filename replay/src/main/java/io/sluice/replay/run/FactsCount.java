package io.sluice.replay.run;

import io.sluice.replay.log.LoggedRecord;

/** Counts what a partition's log is like, record by record. */
final class FactsCount {
    /** A gap up to this is no loss: transactions take offsets of their own. As the streams app has it. */
    private static final long GAP_MAX = 100;

    private final int partition;
    private final long beginOffset;
    private final RunWindow window;
    /** Whether whoever asked for the run, or its bound, leaves out what came before. */
    private final boolean isLeftOut;

    private boolean begun;
    private boolean skipped;
    private long seenOffset = -1;
    private long firstOffset = -1;
    private long lastOffset = -1;
    private long firstMillis;
    private long lastMillis;
    private long before;
    private long records;
    private long missing;
    private long withoutRules;
    private StartRules startRules = StartRules.NONE;

    FactsCount(int partition, long beginOffset, RunWindow window, boolean isLeftOut) {
        this.isLeftOut = isLeftOut;
        this.partition = partition;
        this.beginOffset = beginOffset;
        this.window = window;
    }

    /** Whether what came before the first record that is there is not known. */
    boolean isBeginUnknown(LoggedRecord first) {
        return beginOffset > 0 || isHeadLeftOut(first);
    }

    private boolean isHeadLeftOut(LoggedRecord first) {
        return first.offset() - beginOffset > (isLeftOut ? 0 : GAP_MAX);
    }

    StartRules startingUnder(StartRules rules) {
        startRules = rules;
        return rules;
    }

    /** Whether the window ended before this record. */
    boolean isAfter(LoggedRecord record) {
        return window.until() != null && window.until().isReachedBy(record);
    }

    /** Counts a record; returns whether it is in the window. */
    boolean take(LoggedRecord record) {
        if (seenOffset < 0) {
            skipped = isHeadLeftOut(record);
        } else if (record.offset() - seenOffset - 1 > GAP_MAX) {
            missing += record.offset() - seenOffset - 1;
        }
        seenOffset = record.offset();
        if (!begun && window.from() != null && !window.from().isReachedBy(record)) {
            before++;
            return false;
        }
        if (!begun) {
            begun = true;
            firstOffset = record.offset();
            firstMillis = record.timestampMillis();
        }
        lastOffset = record.offset();
        lastMillis = record.timestampMillis();
        records++;
        return true;
    }

    /** After a record, so that the one that brings the first ruleset does not count. */
    void decided(boolean hasRules) {
        withoutRules += hasRules ? 0 : 1;
    }

    boolean isFirst() {
        return records == 1;
    }

    PartitionFacts facts() {
        return new PartitionFacts(
                partition,
                beginOffset,
                firstOffset,
                lastOffset,
                firstMillis,
                lastMillis,
                before,
                records,
                missing,
                withoutRules,
                PartitionFacts.start(beginOffset, isLeftOut, skipped),
                startRules);
    }
}
