package io.sluice.gateway.quota;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.VerdictDetailsBuilder;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One token bucket, lent and charged as the ledger does it, on virtual milliseconds. */
final class ModelQuotaLedger {
    private record Open(long tokens, long expiresMillis) {}

    private final long capacity;
    private final double perMilli;
    private final Map<Long, Open> open = new HashMap<>();
    private double left;
    private long atMillis;
    private long offset;
    private long debited;
    private long returned;
    private long reportedAllowed;
    private long reportedDenied;
    private boolean leasable = true;
    private boolean listed;
    private long times = 1;
    private long refusals;

    ModelQuotaLedger(long capacity, long perSecond) {
        this.capacity = capacity;
        this.perMilli = perSecond / 1_000.0;
        this.left = capacity;
    }

    void leasable(boolean newLeasable) {
        leasable = newLeasable;
    }

    /** Whether the client is on a deny list. */
    void listed(boolean newListed) {
        listed = newListed;
    }

    /** What a request costs for each token that it asks for; more than 1 while a signal browns it out. */
    void scale(long newTimes) {
        times = newTimes;
    }

    /** The offset of the next record in the log. */
    long offset() {
        return offset;
    }

    private long refill(long nowMillis) {
        left = Math.min((double) capacity, left + (nowMillis - atMillis) * perMilli);
        atMillis = nowMillis;
        offset++;
        return (long) left;
    }

    Answer<LeaseReply> lease(LeaseRequest request, long nowMillis) {
        long available = refill(nowMillis);
        long now = Math.min(request.admission().cost(), available);
        long share = Math.min(request.prefetchTokens(), (available - now) / 4);
        long tokens = !leasable || listed ? 0 : now + (share >= (request.prefetchTokens() + 15) / 16 ? share : 0);
        String id = "0-" + offset;
        if (times > 1) {
            VerdictDetails brownedOut =
                    denied("not-leasable").toBuilder().limits(List.of()).build();
            return new Answer.Answered<>(new LeaseReply("c", id, 0, 0, brownedOut));
        }
        if (tokens == 0) {
            String reason = listed ? "deny-listed" : leasable ? "limit-exceeded" : "not-leasable";
            return new Answer.Answered<>(new LeaseReply("c", id, 0, 0, denied(reason)));
        }
        take(tokens);
        open.put(offset, new Open(tokens, nowMillis + request.ttlMillis()));
        return new Answer.Answered<>(new LeaseReply("c", id, tokens, request.ttlMillis(), allowed()));
    }

    Answer<AdmissionVerdict> admit(AdmissionRequest request, long nowMillis) {
        long cost = request.cost() * times;
        boolean allowed = isAllowed(cost, nowMillis);
        if (allowed) {
            take(cost);
        } else {
            refusals++;
        }
        VerdictDetails details = answer(allowed, cost);
        return new Answer.Answered<>(
                new AdmissionVerdict.Recorded(new Verdict("c", "0-" + offset, null, details, null)));
    }

    Answer<Explanation> explain(AdmissionRequest request, long nowMillis) {
        long cost = request.cost() * times;
        VerdictDetails details = answer(isAllowed(cost, nowMillis), cost);
        return new Answer.Answered<>(
                new Explanation("c", request.clientId().text(), details, /* limitsTotal= */ 1, List.of()));
    }

    private boolean isAllowed(long cost, long nowMillis) {
        return !listed && refill(nowMillis) >= cost;
    }

    private VerdictDetails answer(boolean allowed, long cost) {
        String exceeded = cost > capacity ? "cost-above-capacity" : "limit-exceeded";
        return allowed ? allowed() : denied(listed ? "deny-listed" : exceeded);
    }

    /** Admissions that were refused: each counts towards penalties. */
    long refusals() {
        return refusals;
    }

    void report(LeaseReport report, long nowMillis) {
        refill(nowMillis);
        reportedAllowed += report.allowed();
        reportedDenied += report.denied();
        Open lease =
                report.leaseId() == null ? null : open.remove(report.leaseId().offset());
        if (lease != null && nowMillis < lease.expiresMillis()) {
            long back = lease.tokens() - report.spentTokens();
            returned += back;
            left = Math.min((double) capacity, left + back);
        }
    }

    private void take(long tokens) {
        left -= tokens;
        debited += tokens;
    }

    private VerdictDetails allowed() {
        return details(VerdictCode.ALLOW, "within-limits", 0).build();
    }

    private VerdictDetails denied(String reason) {
        return details(VerdictCode.DENY, reason, 1_000).build();
    }

    private VerdictDetailsBuilder details(VerdictCode code, String reason, long retryAfterMillis) {
        LimitStatus limit = LimitStatus.of("per-client", "")
                .limit(capacity)
                .remaining((long) left)
                .nextTokenMillis((long) Math.ceil((1 - (left - (long) left)) / perMilli))
                .retryAfterMillis(retryAfterMillis)
                .build();
        return VerdictDetails.of(code)
                .reasonCode(reason)
                .reason(reason)
                .retryAfterMillis(retryAfterMillis)
                .limits(List.of(limit));
    }

    /** What Envoys may have admitted. */
    long spendable() {
        return debited - returned;
    }

    long debited() {
        return debited;
    }

    long reportedAllowed() {
        return reportedAllowed;
    }

    long reportedDenied() {
        return reportedDenied;
    }

    int openLeases() {
        return open.size();
    }
}
