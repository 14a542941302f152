package io.sluice.replay.log;

/** Opens a log, for whoever needs one from time to time. */
@FunctionalInterface
public interface LogOpening {
    /**
     * The log, as it is now; the caller closes it.
     *
     * @throws LogException if it cannot be read
     */
    LogSource open() throws LogException;
}
