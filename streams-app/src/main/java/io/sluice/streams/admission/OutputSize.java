package io.sluice.streams.admission;

import io.sluice.schemas.topic.TopicCatalogue;

/**
 * Holds what is about to be written to its topic's bound, before anything changes: a record that a topic does not take
 * fails the transaction of everybody else's in it.
 */
public final class OutputSize {
    private OutputSize() {}

    /** An answer, or the record of one, that does not fit into its topic; the request is to be refused. */
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
