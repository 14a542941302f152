package io.sluice.client.fastpath;

import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.HoldId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to where what the ledger said is void, for what is still on its way.
 *
 * <p>Replies are handled beside each other, so one that was decided before a revocation may be looked at after it.
 * Whoever revokes leaves a mark here first, and then takes the lock of each key to look for what it keeps; whoever
 * keeps something asks here while it holds that lock. So one of the two finds it.
 */
final class RevocationMarks {
    // One entry for each request partition.
    private final Map<Integer, Long> voidBelow = new ConcurrentHashMap<>();
    private volatile @Nullable Long interruptedNanos;

    void add(Revocation revocation) {
        voidBelow.merge(revocation.partition(), revocation.offset(), Math::max);
    }

    void interrupted(long nowNanos) {
        interruptedNanos = nowNanos;
    }

    /** Whether what was decided there, and asked for then, is void. */
    boolean isVoid(HoldId id, long requestedNanos) {
        Long below = voidBelow.get(id.partition());
        Long interrupted = interruptedNanos;
        return (below != null && id.offset() < below) || (interrupted != null && requestedNanos - interrupted <= 0);
    }
}
