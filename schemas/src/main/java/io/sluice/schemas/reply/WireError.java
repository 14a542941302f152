package io.sluice.schemas.reply;

/**
 * The reason why a request was not decided.
 *
 * @param code machine-readable kind, one of the constants here
 * @param field the offending field; empty for the record as a whole
 * @param detail the offending value and what was expected
 */
public record WireError(String code, String field, String detail) {
    /** The request breaks the contract. */
    public static final String INVALID_REQUEST = "invalid-request";
    /** The idempotency key was used for another request. */
    public static final String IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused";
    /** This client has no hold of that ID: it never had one, or the hold has expired or was settled. */
    public static final String RESERVATION_NOT_FOUND = "reservation-not-found";
    /** The commit is for more than was reserved; nothing has changed. */
    public static final String COMMIT_ABOVE_RESERVATION = "commit-above-reservation";
    /** A check that cannot be part of a batch under the rules in force; nothing was charged. */
    public static final String NOT_IN_BATCH = "not-in-batch";
    /**
     * The answer, or its decision record, would not fit into its topic; it is dead-lettered and nothing was charged.
     */
    public static final String ANSWER_TOO_LARGE = "answer-too-large";
    /** The record was read again after it had been decided; nothing was charged again, its decision stands. */
    public static final String ALREADY_DECIDED = "already-decided";
    /**
     * The request did not come back from other partitions in time, or not with a valid signature; it is
     * dead-lettered, its charges go back, and the caller may send it again.
     */
    public static final String UNDECIDED = "undecided";
    /** The processor failed on this record; it is dead-lettered and nothing was charged. */
    public static final String INTERNAL = "internal";
}
