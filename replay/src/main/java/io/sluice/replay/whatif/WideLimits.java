package io.sluice.replay.whatif;

/** How limits of all accounts are judged under a candidate. */
public enum WideLimits {
    /**
     * The owners of their buckets are asked anew: by visits in the log in the order of the log, by others in the order
     * of time stamps. All partitions run together.
     */
    ASKED_ANEW,
    /** The rulesets that are compared with the log's own have none. */
    NONE,
    /** Partition by partition: what an owner said under the log's own rules, it says again. */
    AS_RECORDED
}
