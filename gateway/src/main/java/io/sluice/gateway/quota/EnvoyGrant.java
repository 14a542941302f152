package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that the ledger has debited, and that one Envoy may spend.
 *
 * <p>Once sent, all tokens count as spent, because Envoy does not confirm which ones it has dropped. Only tokens that
 * were never sent go back.
 */
final class EnvoyGrant {
    /** Tokens of an ordinary admission are spent within this time: long enough for two seconds at Envoy. */
    static final long ADMISSION_NANOS = 3_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final DecisionId id;
    private final long tokens;
    // The request of the lease, at cost 0; null if the grant is not a lease, and needs no report.
    private final @Nullable AdmissionRequest leased;
    // The rest of the lease's time is for the report to arrive.
    private final long reportUntilNanos;
    private long spendUntilNanos;
    private long sentNanos;
    private long allowed;

    private EnvoyGrant(
            DecisionId id, long tokens, @Nullable AdmissionRequest leased, long spendUntilNanos, long reportNanos) {
        this.id = id;
        this.tokens = tokens;
        this.leased = leased;
        this.spendUntilNanos = spendUntilNanos;
        this.reportUntilNanos = spendUntilNanos + reportNanos;
    }

    /** The tokens of a lease; its time is counted from the request, so it ends here before it does in the ledger. */
    static EnvoyGrant ofLease(
            DecisionId id, AdmissionRequest leased, long tokens, long requestedNanos, long ttlMillis) {
        long nanos = ttlMillis * 1_000_000;
        return new EnvoyGrant(id, tokens, leased, requestedNanos + nanos - nanos / 8, nanos / 16);
    }

    /** The tokens of an ordinary admission, which nothing gives back. */
    static EnvoyGrant ofAdmission(DecisionId id, long tokens, long requestedNanos) {
        return new EnvoyGrant(id, tokens, /* leased= */ null, requestedNanos + ADMISSION_NANOS, 0);
    }

    /** For how many whole seconds an Envoy may spend it that gets it now; 0 if it is too late. */
    long wholeSecondsLeft(long nowNanos) {
        return Math.max(0, (spendUntilNanos - nowNanos) / NANOS_PER_SECOND);
    }

    /** It is on its way to Envoy, for so long. */
    void sent(long seconds, long nowNanos) {
        sentNanos = nowNanos;
        spendUntilNanos = nowNanos + seconds * NANOS_PER_SECOND;
    }

    boolean isOver(long nowNanos) {
        return nowNanos - spendUntilNanos >= 0;
    }

    long nanosLeft(long nowNanos) {
        return spendUntilNanos - nowNanos;
    }

    /** Whether its report must be on its way, if it is to come before the ledger ends the lease. */
    boolean isReportDue(long nowNanos) {
        return nowNanos - reportUntilNanos >= 0;
    }

    /** Counts requests that Envoy allowed, and returns how many this cannot have paid for. */
    long allowed(long requests) {
        long counted = Math.min(requests, tokens - allowed);
        allowed += counted;
        return requests - counted;
    }

    /** How many tokens Envoy probably has left. */
    double expectedLeft(DemandEstimate demand, long nowNanos) {
        long sinceNanos = Math.min(nowNanos - sentNanos, nowNanos - demand.reportedNanos());
        return tokens - allowed - demand.in(sinceNanos);
    }

    DecisionId id() {
        return id;
    }

    long tokens() {
        return tokens;
    }

    /** When the ledger ends it, at the earliest. */
    long endNanos() {
        return reportUntilNanos;
    }

    boolean isLease() {
        return leased != null;
    }

    /** Ends the lease, if it is one: Envoy has spent it. */
    void close(long denied, QuotaEffects effects) {
        if (leased != null) {
            effects.report(new LeaseReport(leased, id, tokens, allowed, denied));
        }
    }

    /** Gives the lease back, if it is one: Envoy never got it. */
    void giveBack(QuotaEffects effects) {
        if (leased != null) {
            effects.report(new LeaseReport(leased, id, /* spentTokens= */ 0, /* allowed= */ 0, /* denied= */ 0));
        }
    }
}
