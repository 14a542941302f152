package io.sluice.schemas;

/**
 * Input that breaks the wire contract: which field, and what was expected of it.
 *
 * <p>It is an answer rather than a failure, and bad input may come in bulk, so it carries no stack trace.
 */
public final class WireException extends Exception {
    private final String field;
    private final String detail;

    public WireException(String field, String detail) {
        super(field.isEmpty() ? detail : field + ": " + detail, null, false, false);
        this.field = field;
        this.detail = detail;
    }

    /** The offending field, such as {@code route.method}; empty for the record as a whole. */
    public String field() {
        return field;
    }

    /** The offending value and what was expected. */
    public String detail() {
        return detail;
    }
}
