package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one Envoy for a bucket that are not reported yet: the one that it spends, and earlier ones.
 *
 * <p>Envoy reports how many requests it allowed, but not from which grant. They count for the oldest grant first.
 * Requests that no grant can have paid for count for the next one.
 */
final class GrantHistory {
    /** The most replaced grants that are kept; when another one comes, the oldest is reported. */
    private static final int REPLACED_MAX = 64;

    private final Deque<EnvoyGrant> replaced = new ArrayDeque<>();
    private @Nullable EnvoyGrant current;
    private long uncountedAllowed;
    private long unreportedDenied;

    /** The grant that Envoy spends; its time may be over. */
    @Nullable EnvoyGrant current() {
        return current;
    }

    boolean isOver(long nowNanos) {
        return current == null || current.isOver(nowNanos);
    }

    /** Envoy drops the rest of what it has, and begins with this. */
    void replaceBy(EnvoyGrant grant, QuotaEffects effects) {
        if (current != null) {
            replaced.add(current);
        }
        current = grant;
        while (replaced.size() > REPLACED_MAX) {
            close(replaced.remove(), effects);
        }
    }

    /** Counts a report of Envoy, which is its last one about the grants before the current one. */
    void used(long allowed, long denied, QuotaEffects effects) {
        uncountedAllowed = plus(uncountedAllowed, allowed);
        unreportedDenied = plus(unreportedDenied, denied);
        replaced.forEach(this::count);
        if (current != null) {
            count(current);
        }
        while (!replaced.isEmpty()) {
            close(replaced.remove(), effects);
        }
    }

    private static long plus(long count, long more) {
        return Math.min(AdmissionRequest.COST_MAX, count + Math.min(AdmissionRequest.COST_MAX, more));
    }

    private void count(EnvoyGrant grant) {
        uncountedAllowed = grant.allowed(uncountedAllowed);
    }

    /** Reports denials that no lease's report will carry. */
    void reportDenied(AdmissionRequest free, QuotaEffects effects) {
        boolean carried = (current != null && current.isLease()) || !replaced.isEmpty();
        if (unreportedDenied > 0 && !carried) {
            DecisionId none = null;
            effects.report(new LeaseReport(free, none, 0, 0, takeDenied()));
        }
    }

    /** Closes what has to be reported before the ledger ends it. */
    void closeDue(long nowNanos, QuotaEffects effects) {
        while (!replaced.isEmpty() && replaced.element().isReportDue(nowNanos)) {
            close(replaced.remove(), effects);
        }
        closeIf(grant -> grant.isReportDue(nowNanos), effects);
    }

    /** Closes the current grant if it is concerned, as spent; returns whether it was. */
    boolean closeIf(Predicate<EnvoyGrant> concerned, QuotaEffects effects) {
        EnvoyGrant grant = current;
        if (grant == null || !concerned.test(grant)) {
            return false;
        }
        current = null;
        close(grant, effects);
        return true;
    }

    void closeAll(QuotaEffects effects) {
        while (!replaced.isEmpty()) {
            close(replaced.remove(), effects);
        }
        closeIf(grant -> true, effects);
    }

    private void close(EnvoyGrant grant, QuotaEffects effects) {
        count(grant);
        grant.close(grant.isLease() ? takeDenied() : 0, effects);
    }

    private long takeDenied() {
        long denied = unreportedDenied;
        unreportedDenied = 0;
        return denied;
    }
}
