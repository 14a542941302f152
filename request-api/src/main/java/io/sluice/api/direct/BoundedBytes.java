package io.sluice.api.direct;

import java.util.Arrays;
import org.eclipse.jetty.io.Content;

/** The bytes of a body as they come, up to a bound. */
final class BoundedBytes {
    private static final int UNTOLD_BYTES = 1_024;

    private final int bytesMax;
    private byte[] bytes;
    private int count;
    private boolean beyond;

    /**
     * Room for a body.
     *
     * @param told its length as its head says, at most the bound; below 0 if it does not
     */
    BoundedBytes(long told, int bytesMax) {
        this.bytesMax = bytesMax;
        this.bytes = new byte[told < 0 ? Math.min(UNTOLD_BYTES, bytesMax) : (int) told];
    }

    /** Takes what has come; false if that is more than the bound. */
    boolean take(Content.Chunk chunk) {
        int more = chunk.remaining();
        if (more > bytesMax - count) {
            beyond = true;
            return false;
        }
        if (count + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(bytesMax, Math.max(count + more, 2 * bytes.length)));
        }
        chunk.get(bytes, count, more);
        count += more;
        return true;
    }

    boolean isBeyond() {
        return beyond;
    }

    byte[] bytes() {
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
}
