package io.sluice.client.fastpath;

import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.DecisionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The offsets below which the ledger's answers are void, for replies that are still on their way.
 *
 * <p>Replies are handled in parallel, so one that was decided before a revocation may be handled after it. A revoking
 * thread leaves a mark here first, and then takes the lock of each key to find what the key keeps. A thread that keeps
 * something checks here while it holds that lock. So one of the two finds it.
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

    /** Whether a decision from there, requested then, is void. */
    boolean isVoid(DecisionId id, long requestedNanos) {
        Long below = voidBelow.get(id.partition());
        Long interrupted = interruptedNanos;
        return (below != null && id.offset() < below) || (interrupted != null && requestedNanos - interrupted <= 0);
    }
}
