package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * What one partition remembers of another that it exchanges messages with.
 *
 * @param lastSequence of the last message that was taken from it; {@link #NO_SEQUENCE} before the first
 * @param openVouchers vouchers that are open of those that the partition itself gave out; in its own entry only
 * @param openTokens what they have charged
 */
public record WidePeer(long lastSequence, long openVouchers, long openTokens) {
    public static final long NO_SEQUENCE = -1;
    public static final WidePeer NONE = new WidePeer(NO_SEQUENCE, 0, 0);

    public WidePeer {
        Bounds.within("lastSequence", lastSequence, NO_SEQUENCE, Long.MAX_VALUE);
        Bounds.within("openVouchers", openVouchers, 0, Long.MAX_VALUE);
        Bounds.within("openTokens", openTokens, 0, Long.MAX_VALUE);
    }

    /** Whether a message was not taken before: every sender's messages come in the order of their sequence. */
    public boolean isNew(long sequence) {
        return sequence > lastSequence;
    }

    public WidePeer taken(long sequence) {
        return new WidePeer(sequence, openVouchers, openTokens);
    }

    public WidePeer opened(WideVoucher voucher) {
        return new WidePeer(lastSequence, openVouchers + 1, openTokens + voucher.tokens());
    }

    /** A voucher of which a lease still has tokens stays open. */
    public WidePeer ended(WideEnd end) {
        return new WidePeer(lastSequence, end.open() > 0 ? openVouchers : openVouchers - 1, openTokens - end.ended());
    }
}
