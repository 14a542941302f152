package io.sluice.gateway.quota;

import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.DecisionId;
import java.util.HashMap;
import java.util.Map;

/** What the ledger decided before changes of rules, for answers that are still on their way; one entry a partition. */
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

    /** Whether a decision from there, requested then, is void. */
    boolean isVoid(DecisionId id, long requestedNanos) {
        Long below = voidBelow.get(id.partition());
        return (below != null && id.offset() < below) || (interrupted && requestedNanos - interruptedNanos <= 0);
    }
}
