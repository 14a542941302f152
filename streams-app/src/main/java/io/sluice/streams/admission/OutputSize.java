package io.sluice.streams.admission;

import io.sluice.schemas.topic.TopicCatalogue;

/**
 * Checks the size of a record against its topic's bound, before anything changes. A record that its topic does not take
 * would fail the whole transaction, with the records of all other requests in it.
 */
public final class OutputSize {
    private OutputSize() {}

    /** An answer, or its decision record, does not fit into its topic; the request must be refused. */
    public static final class TooLargeException extends RuntimeException {
        private final String detail;

        TooLargeException(String topic, int bytes, int bytesMax) {
            super("too large for " + topic, null, false, false);
            this.detail = bytes + " bytes for " + topic + " (expected: at most " + bytesMax
                    + "; fewer limits that match at once, or shorter scopes)";
        }

        /** The size, and what would help. */
        public String detail() {
            return detail;
        }
    }

    /** The value, if its topic takes it. */
    public static byte[] checked(String topic, byte[] value) {
        if (!fits(topic, value)) {
            throw new TooLargeException(topic, value.length, TopicCatalogue.valueBytesMax(topic));
        }
        return value;
    }

    static boolean fits(String topic, byte[] value) {
        // Nearly all are smaller than the smallest bound.
        return value.length <= TopicCatalogue.ALERT_BYTES_MAX || value.length <= TopicCatalogue.valueBytesMax(topic);
    }
}
