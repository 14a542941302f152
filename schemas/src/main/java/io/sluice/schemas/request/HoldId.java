package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/** The ID of a hold: the decision ID of the admission that opened it, {@code partition-offset}. */
public record HoldId(int partition, long offset) {
    private static final String EXPECTED = " (expected: partition-offset, as a verdict names it)";
    private static final int CHARS_MAX = 30;

    /** Parses the text found in {@code field}. */
    public static HoldId parse(String field, String text) throws WireException {
        int dash = text.indexOf('-');
        boolean digits = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (dash < 1 || text.length() > CHARS_MAX || !digits) {
            throw new WireException(field, Texts.shown(text) + EXPECTED);
        }
        try {
            return new HoldId(
                    Integer.parseInt(text.substring(0, dash)), Long.parseLong(text, dash + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new WireException(field, Texts.shown(text) + EXPECTED);
        }
    }

    public String text() {
        return partition + "-" + offset;
    }
}
