package io.sluice.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The names that one instance gives to its requests: {@code instance-number-secret}, all in lower-case hexadecimal.
 *
 * <p>The first part is random for each start: it tells replies to an earlier incarnation, or to another instance on the
 * same partition, apart from those to this one. It is no secret. The last part is 128 bits of a secure source, anew for
 * each request. They are drawn in blocks, one for each calling thread, so most requests cost neither a system call nor
 * a lock.
 */
final class CorrelationIds {
    private static final int INSTANCE_DIGITS = 8;
    private static final int LONG_DIGITS = 16;
    private static final int SECRET_DIGITS = 2 * LONG_DIGITS;
    /** The random bits of 64 requests. */
    private static final int BLOCK_BYTES = 1_024;

    private final HexFormat hex = HexFormat.of();
    private final String prefix = hex.toHexDigits(ThreadLocalRandom.current().nextInt(), INSTANCE_DIGITS) + "-";
    private final byte[] prefixBytes = prefix.getBytes(StandardCharsets.US_ASCII);
    private final AtomicLong sequence = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final ThreadLocal<ByteBuffer> blocks =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(BLOCK_BYTES).limit(0));

    CorrelationId next() {
        ByteBuffer block = blocks.get();
        if (!block.hasRemaining()) {
            random.nextBytes(block.array());
            block.clear();
        }
        return new CorrelationId(sequence.incrementAndGet(), block.getLong(), block.getLong());
    }

    String text(CorrelationId id) {
        return prefix
                + Long.toHexString(id.number())
                + '-'
                + hex.toHexDigits(id.secretHigh())
                + hex.toHexDigits(id.secretLow());
    }

    /** Whether a reply's key begins as this instance's names do. */
    boolean isOurs(byte[] key) {
        if (key.length <= prefixBytes.length) {
            return false;
        }
        for (int i = 0; i < prefixBytes.length; i++) {
            if (key[i] != prefixBytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** The name in a reply's key, exactly as {@link #text} writes it; null if this instance never gave such a name. */
    @Nullable CorrelationId read(byte[] key) {
        int secretFrom = key.length - SECRET_DIGITS;
        int numberTo = secretFrom - 1;
        int numberDigits = numberTo - prefixBytes.length;
        if (numberDigits < 1
                || numberDigits > LONG_DIGITS
                || !isOurs(key)
                || key[numberTo] != '-'
                || key[prefixBytes.length] == '0'
                || !areDigits(key, prefixBytes.length, numberTo)
                || !areDigits(key, secretFrom, key.length)) {
            return null;
        }
        long number = number(key, prefixBytes.length, numberTo);
        return number < 1 || number > sequence.get()
                ? null
                : new CorrelationId(
                        number,
                        number(key, secretFrom, secretFrom + LONG_DIGITS),
                        number(key, secretFrom + LONG_DIGITS, key.length));
    }

    private static boolean areDigits(byte[] key, int from, int to) {
        boolean digits = true;
        for (int i = from; i < to; i++) {
            digits &= (key[i] >= '0' && key[i] <= '9') || (key[i] >= 'a' && key[i] <= 'f');
        }
        return digits;
    }

    private static long number(byte[] key, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 4 | (key[i] <= '9' ? key[i] - '0' : key[i] - 'a' + 10);
        }
        return number;
    }
}
