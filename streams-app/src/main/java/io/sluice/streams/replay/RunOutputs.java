package io.sluice.streams.replay;

import org.jspecify.annotations.Nullable;

/** Takes what a partition says while its log runs. */
public interface RunOutputs {
    /** A record of the decision topic. */
    void decision(byte[] value);

    /** A record of the reply topic. */
    default void reply(byte[] value) {
        // Only explanations are read: what callers were told is in the decisions.
    }

    /**
     * A message to a partition, about a limit that all accounts share; a run sends none.
     *
     * @param key the account that it concerns; null for none
     */
    default void message(int partition, byte @Nullable [] key, byte[] value) {
        // The log has those that were sent.
    }

    /**
     * A refused record.
     *
     * @param reason the code of the reason
     * @param detail the offending field and value
     */
    default void deadLetter(String reason, String detail) {
        // Only some runs name them.
    }
}
