package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The denial of one key that is repeated now, if there is one.
 *
 * <p>Callers repeat it without a lock; only a thread that holds the key's lock may remember or forget one. How often it
 * was repeated is added to the denials that the ledger does not know of yet.
 */
final class RememberedDenial {
    private final UnreportedDenials unreported;
    private volatile @Nullable Denial denial;

    RememberedDenial(UnreportedDenials unreported) {
        this.unreported = unreported;
    }

    /** The denial of this request, which is counted; null if it is not known to be denied. */
    AdmissionVerdict.@Nullable Local repeat(AdmissionRequest request, long nowNanos) {
        Denial current = denial;
        return current == null ? null : current.repeat(request, nowNanos);
    }

    /** Whether a request of this cost is known to be denied. */
    boolean covers(long cost) {
        Denial current = denial;
        return current != null && current.covers(cost);
    }

    /** Takes a denial in place of the one before, unless that one covers it. */
    void remember(@Nullable Denial learned) {
        Denial current = denial;
        if (learned == null || (current != null && learned.isCoveredBy(current))) {
            return;
        }
        forgetIf(before -> true);
        denial = learned;
    }

    void forgetIf(Predicate<Denial> which) {
        Denial current = denial;
        if (current != null && which.test(current)) {
            denial = null;
            unreported.add(current.close());
        }
    }
}
