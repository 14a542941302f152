package io.sluice.schemas.reply;

/**
 * A health signal as one partition knows it.
 *
 * @param name the signal
 * @param good the last report
 * @param sinceMillis since when it has been so without a break, by the partition's time
 * @param untilMillis when the last report goes stale
 * @param brownOut whether it keeps a brown-out on
 */
public record SignalStatus(String name, boolean good, long sinceMillis, long untilMillis, boolean brownOut) {}
