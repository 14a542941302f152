package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * The ID of one decision, {@code partition-offset}: the position of its request in the log. A hold has the ID of the
 * decision that opened it.
 */
public record DecisionId(int partition, long offset) {
    private static final String EXPECTED = " (expected: partition-offset, as a verdict names it)";
    private static final int CHARS_MAX = 30;

    /** Parses the text found in {@code field}. */
    public static DecisionId parse(String field, String text) throws WireException {
        int dash = text.indexOf('-');
        boolean digits = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (dash < 1 || text.length() > CHARS_MAX || !digits) {
            throw new WireException(field, Texts.shown(text) + EXPECTED);
        }
        try {
            return new DecisionId(
                    Integer.parseInt(text.substring(0, dash)), Long.parseLong(text, dash + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new WireException(field, Texts.shown(text) + EXPECTED);
        }
    }

    /** The name on the wire. */
    public String text() {
        return partition + "-" + offset;
    }
}
