package io.sluice.engine.signal;

/** What a partition does with a report. */
public enum ReportEffect {
    TAKEN,
    /** A report of the same moment or a later one was taken before; so a copy changes nothing. */
    OLDER,
    /** The reporter's time and the broker's timestamp are too far apart: a clock is wrong, or it is an old copy. */
    DISAGREES,
    /** As many signals as can be are known, and this is none of them. */
    TOO_MANY
}
