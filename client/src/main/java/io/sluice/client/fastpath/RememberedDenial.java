package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The denial of one key that is repeated now, if there is one, and how many repetitions the ledger does not know of.
 *
 * <p>Callers repeat it without a lock; only a thread that holds the key's lock may do anything else.
 */
final class RememberedDenial {
    private volatile @Nullable Denial denial;
    private long unreported;

    /** The denial of this request, which is counted; null if it is not known to be denied. */
    AdmissionVerdict.@Nullable Local repeat(AdmissionRequest request, long nowNanos) {
        Denial current = denial;
        return current == null ? null : current.repeat(request, nowNanos);
    }

    /** Whether a request of this cost is known to be denied now. */
    boolean covers(long cost, long nowNanos) {
        Denial current = denial;
        return current != null && current.covers(cost) && !current.isOver(nowNanos);
    }

    /** Whether anybody was denied by the last one: more is wanted than there is. */
    boolean isPressing() {
        Denial current = denial;
        return current != null && current.isRepeated();
    }

    boolean isKnown() {
        return denial != null;
    }

    /** Takes a denial in place of the one before, unless that one covers it. */
    void remember(@Nullable Denial learned) {
        Denial current = denial;
        if (learned == null || (current != null && learned.isCoveredBy(current))) {
            return;
        }
        replace(learned);
    }

    /** Takes a denial in place of the one before, whatever that covers. */
    void replace(Denial learned) {
        forgetIf(before -> true);
        denial = learned;
    }

    void forgetIf(Predicate<Denial> which) {
        Denial current = denial;
        if (current != null && which.test(current)) {
            denial = null;
            unreported += current.close();
        }
    }

    /** Counts callers that were denied in another way. */
    void denied(long more) {
        unreported += more;
    }

    boolean isReported() {
        return unreported == 0;
    }

    /** Returns all that the ledger does not know of; the caller reports them. */
    long takeUnreported() {
        long taken = unreported;
        unreported = 0;
        return taken;
    }
}
