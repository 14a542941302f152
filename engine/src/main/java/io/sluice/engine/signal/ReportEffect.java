package io.sluice.engine.signal;

/** The effect of a health report on a partition. */
public enum ReportEffect {
    TAKEN,
    /** A report of the same moment or a later one was taken before; so a copy changes nothing. */
    OLDER,
    /** The reporter's time and the broker's timestamp are too far apart: a clock is wrong, or it is an old copy. */
    DISAGREES,
    /** The partition knows the most signals that it may, and this one is not among them. */
    TOO_MANY
}
