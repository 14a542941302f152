package io.sluice.schemas.reply;

/**
 * Why a question was not judged.
 *
 * @param code machine-readable kind, one of the constants here
 * @param field the offending field; empty for the record as a whole
 * @param detail the offending value and what was expected
 */
public record WireError(String code, String field, String detail) {
    /** The request breaks the contract. */
    public static final String INVALID_REQUEST = "invalid-request";
    /** The idempotency key was used for another question. */
    public static final String IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused";
    /** The processor failed on this record; it is dead-lettered and nothing was charged. */
    public static final String INTERNAL = "internal";
}
