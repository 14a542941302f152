package io.sluice.client.search;

import io.sluice.schemas.WireException;

/**
 * The position of a record of the decision topic: {@code partition-offset}. It never changes, so it can mark a page.
 */
public record RecordPosition(int partition, long offset) {
    private static final int CHARS_MAX = 30;

    public RecordPosition {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(partition + "-" + offset + " (expected: both from 0)");
        }
    }

    /** Parses the text found in {@code field}. */
    public static RecordPosition parse(String field, String text) throws WireException {
        int dash = text.indexOf('-');
        boolean digits = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        try {
            if (dash > 0 && digits && text.length() <= CHARS_MAX) {
                return new RecordPosition(
                        Integer.parseInt(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
            }
        } catch (IllegalArgumentException e) {
            // Reported below, like a text of another form.
        }
        throw new WireException(field, "no position (expected: partition-offset, as a page names it)");
    }

    /** The form that {@link #parse} reads. */
    public String text() {
        return partition + "-" + offset;
    }
}
