package io.sluice.schemas;

/**
 * An exception for input that breaks the wire contract: it names the field, and what was expected.
 *
 * <p>It has no stack trace, because it only becomes an answer, and bad input may come in bulk.
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
