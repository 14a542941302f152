package io.sluice.gateway.quota;

import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.DecisionId;
import java.util.HashMap;
import java.util.Map;

/**
 * The offsets of revocations, one for each partition, so that answers from before them are recognised when they
 * arrive.
 */
final class VoidOffsets {
    private final Map<Integer, Long> voidBelow = new HashMap<>();
    private long interruptedNanos;
    private boolean interrupted;

    void add(Revocation revocation) {
        voidBelow.merge(revocation.partition(), revocation.offset(), Math::max);
    }

    void interrupted(long nowNanos) {
        interrupted = true;
        interruptedNanos = nowNanos;
    }

    /** Whether this decision, requested at this time, is void. */
    boolean isVoid(DecisionId id, long requestedNanos) {
        Long below = voidBelow.get(id.partition());
        return (below != null && id.offset() < below) || (interrupted && requestedNanos - interruptedNanos <= 0);
    }
}
