package io.sluice.replay.log;

import org.jspecify.annotations.Nullable;

/** The records of one partition in their order, up to where it ended when the reader was opened. */
public interface LogReader extends AutoCloseable {
    /** The first offset that is still there: above 0 if retention has cut the head. */
    long beginOffset();

    /** The offset after the last record. */
    long endOffset();

    /**
     * The next record; null at the end.
     *
     * @throws LogException if it cannot be read
     */
    @Nullable LoggedRecord next() throws LogException;

    /** Looks whether records have come since; returns whether there are any to read. Exported files never grow. */
    default boolean extend() throws LogException {
        return false;
    }

    @Override
    void close();
}
