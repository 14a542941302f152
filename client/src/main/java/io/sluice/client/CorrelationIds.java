package io.sluice.client;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The names that one instance gives to its questions: {@code epoch-sequence}, both hexadecimal.
 *
 * <p>The epoch is random for each start, so replies to an earlier incarnation, or to another instance on the same
 * partition, are told apart without looking at their content.
 */
final class CorrelationIds {
    /** The number of a reply that is not for this instance. */
    static final long NOT_OURS = -1;

    private final String prefix =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + "-";
    private final byte[] prefixBytes = prefix.getBytes(StandardCharsets.US_ASCII);
    private final AtomicLong sequence = new AtomicLong();

    long next() {
        return sequence.incrementAndGet();
    }

    String text(long number) {
        return prefix + Long.toHexString(number);
    }

    /** The number in a reply's key, or {@link #NOT_OURS}. */
    long numberIn(byte[] key) {
        if (key.length <= prefixBytes.length || key.length > prefixBytes.length + 16) {
            return NOT_OURS;
        }
        for (int i = 0; i < prefixBytes.length; i++) {
            if (key[i] != prefixBytes[i]) {
                return NOT_OURS;
            }
        }
        long number = 0;
        for (int i = prefixBytes.length; i < key.length; i++) {
            int digit = Character.digit(key[i], 16);
            if (digit < 0) {
                return NOT_OURS;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
