package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * What one partition remembers of another that it exchanges messages with.
 *
 * @param lastSequence of the last message that was taken from it; {@link #NO_SEQUENCE} before the first
 */
public record WidePeer(long lastSequence) {
    public static final long NO_SEQUENCE = -1;
    public static final WidePeer NONE = new WidePeer(NO_SEQUENCE);

    public WidePeer {
        Bounds.within("lastSequence", lastSequence, NO_SEQUENCE, Long.MAX_VALUE);
    }

    /** Whether a message was not taken before: every sender's messages come in the order of their sequence. */
    public boolean isNew(long sequence) {
        return sequence > lastSequence;
    }
}
