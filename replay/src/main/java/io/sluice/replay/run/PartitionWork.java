package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LoggedRecord;

/**
 * Makes something of the records of one partition: decides them, and compares.
 *
 * @param <R> what it comes to
 */
public interface PartitionWork<R> extends AutoCloseable {
    /** Comes first, unless the log begins with its first record: what was in force there. */
    void startUnder(StartRules rules) throws LogException;

    /** Decides a record from before the window, for the state that it leads to. */
    void warmUp(LoggedRecord record) throws LogException;

    /** All partitions are where their windows begin; only runs of all partitions together tell this. */
    default void allAreThere() throws LogException {
        // Most works have nothing to do with other partitions.
    }

    /** Comes before the first record of the window, if it has one. */
    void windowBegins(LoggedRecord first) throws LogException;

    /** Decides a record of the window. */
    void decide(LoggedRecord record) throws LogException;

    /** From time to time: makes the state smaller. */
    void cleanUp();

    /** Whether a ruleset is in force. */
    boolean hasRules();

    /** After the last record. */
    R result(PartitionFacts facts) throws LogException;

    @Override
    void close();
}
