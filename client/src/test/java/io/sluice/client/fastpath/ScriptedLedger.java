package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.SettleRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One bucket, behind a wire that takes its time: decides in the order of the requests, keeps count of what it debited,
 * and can be down, lend nothing, or lend beside verdicts alone.
 */
final class ScriptedLedger implements Admissions, LeaseService {
    static final long CAPACITY = 10_000;

    final List<LeaseRequest> leaseRequests = new ArrayList<>();
    final List<Long> leaseRequestedNanos = new ArrayList<>();
    final List<LeaseReport> reports = new ArrayList<>();
    final List<AdmissionRequest> asked = new ArrayList<>();
    long oneWayMillis = 1;

    double perSecond = 1_000;
    boolean down;
    /** How long a request waits before it is decided. */
    long backlogMillis;
    /** How many of the next requests fail, where none may. */
    int failures;
    /** Whether they fail before they have begun. */
    boolean failsAtOnce;
    /** Whether no report can be sent. */
    boolean reportsFail;

    boolean leasable = true;
    /** As where a limit is shared by all accounts. */
    boolean onlyVerdictsLend;

    long allowedTokens;
    long allowed;
    long denied;
    long grantedTokens;
    int reportRecords;
    int comingLeases;

    private final ManualTimers timers;
    private final Map<String, Long> open = new HashMap<>();
    private final List<CompletableFuture<Void>> awaited = new ArrayList<>();
    private LeaseService.Listener listener;
    private double tokens = CAPACITY;
    private long filledNanos;
    private long offset;

    ScriptedLedger(ManualTimers timers) {
        this.timers = timers;
        this.filledNanos = timers.nanoTime();
    }

    void tokens(long left) {
        fill();
        tokens = left;
    }

    /** The tokens of leases that nobody has told of. */
    long openTokens() {
        return open.values().stream().mapToLong(Long::longValue).sum();
    }

    long spentTokens() {
        return reports.stream().mapToLong(LeaseReport::spentTokens).sum();
    }

    long reportedAllowed() {
        return reports.stream().mapToLong(LeaseReport::allowed).sum();
    }

    long reportedDenied() {
        return reports.stream().mapToLong(LeaseReport::denied).sum();
    }

    /** Says that all that was decided so far is void; it is heard after the usual time. */
    void revoke(String account) {
        Revocation revocation = new Revocation(0, ++offset, account);
        timers.after(oneWayMillis, () -> listener.revoked(revocation));
    }

    void interrupt() {
        listener.interrupted();
    }

    private <T, R extends T> CompletableFuture<Answer<T>> asked(
            Supplier<R> decide, long deadlineMillis, LeaseService.Late<R> late) {
        CompletableFuture<Answer<T>> answer = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        awaited.add(ended);
        timers.after(late.withinMillis(), () -> ended.complete(null));
        if (failures > 0) {
            failures--;
            return fail();
        }
        long requestedNanos = timers.nanoTime();
        timers.after(deadlineMillis, () -> answer.complete(new Answer.Unavailable<>("late")));
        if (!down) {
            timers.after(oneWayMillis + backlogMillis, () -> {
                R decided = decide.get();
                timers.after(oneWayMillis, () -> {
                    boolean isLate = !answer.complete(new Answer.Answered<>(decided));
                    if (isLate && timers.nanoTime() - requestedNanos <= late.withinMillis() * 1_000_000) {
                        late.taker().accept(decided);
                    }
                    ended.complete(null);
                });
            });
        }
        return answer;
    }

    private <T> CompletableFuture<T> fail() {
        if (failsAtOnce) {
            throw new StackOverflowError("test");
        }
        return CompletableFuture.failedFuture(new IllegalStateException("test"));
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return admit(request, deadlineMillis, new LeaseService.Late<>(0, verdict -> {}));
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, LeaseService.Late<AdmissionVerdict.Recorded> late) {
        asked.add(request);
        return asked(() -> new AdmissionVerdict.Recorded(decided(request)), deadlineMillis, late);
    }

    private Verdict decided(AdmissionRequest request) {
        fill();
        long cost = request.cost();
        boolean allows = tokens >= cost;
        tokens -= allows ? cost : 0;
        allowed += allows ? 1 : 0;
        allowedTokens += allows ? cost : 0;
        denied += allows ? 0 : 1;
        String id = "0-" + ++offset;
        return Verdict.details("c", id, request.requestId(), details(allows, cost, "limit-exceeded"))
                .lending(request.lease() == null || !leasable ? null : lent(id, request.lease(), allows));
    }

    /** A quarter of what is left, and at most what flows back in its time; or what comes, if that is nothing. */
    private LeaseTerms lent(String id, LeaseTerms most, boolean allows) {
        long flowsBack = Math.max(CAPACITY / 64, (long) (perSecond * most.ttlMillis() / 1_000));
        long lent = allows ? Math.min(most.tokens(), Math.min(flowsBack, (long) (tokens / 4))) : 0;
        long overMillis = 0;
        if (allows && lent == 0 && most.overMillis() > 0) {
            lent = (long) (perSecond * most.overMillis() / 1_000) - 1;
            lent = lent < 2 ? 0 : Math.min(lent, most.tokens());
            overMillis = lent == 0 ? 0 : (long) Math.ceil(Math.max(0, lent - tokens) * 1_000 / perSecond);
        }
        if (lent > 0) {
            tokens -= lent;
            grantedTokens += lent;
            open.put(id, lent);
            timers.after(most.ttlMillis(), () -> open.remove(id));
        }
        comingLeases += overMillis > 0 ? 1 : 0;
        return new LeaseTerms(lent, most.ttlMillis(), overMillis);
    }

    @Override
    public CompletableFuture<Answer<LeaseReply>> lease(
            LeaseRequest request, long deadlineMillis, LeaseService.Late<LeaseReply> late) {
        leaseRequests.add(request);
        leaseRequestedNanos.add(timers.nanoTime());
        return asked(() -> granted(request), deadlineMillis, late);
    }

    private LeaseReply granted(LeaseRequest request) {
        fill();
        String id = "0-" + ++offset;
        long available = Math.max(0, (long) tokens);
        long waiting = Math.min(request.admission().cost(), available);
        long prefetch = Math.min(request.prefetchTokens(), (available - waiting) / 4);
        long granted = waiting + (prefetch >= (request.prefetchTokens() + 15) / 16 ? prefetch : 0);
        boolean lends = leasable && !onlyVerdictsLend;
        if (!lends || granted == 0) {
            long cost = Math.max(1, request.admission().cost());
            return new LeaseReply("c", id, 0, 0, details(false, cost, lends ? "limit-exceeded" : "not-leasable"));
        }
        tokens -= granted;
        grantedTokens += granted;
        open.put(id, granted);
        timers.after(request.ttlMillis(), () -> open.remove(id));
        return new LeaseReply("c", id, granted, request.ttlMillis(), details(true, 0, ""));
    }

    @Override
    public void report(LeaseReport report) {
        if (reportsFail) {
            throw new IllegalStateException("test");
        }
        reports.add(report);
        if (report.leaseId() != null) {
            String id = report.leaseId().text();
            timers.after(oneWayMillis, () -> {
                fill();
                Long granted = open.remove(id);
                tokens += granted == null ? 0 : granted - report.spentTokens();
            });
        }
    }

    @Override
    public void report(List<LeaseReport> several) {
        reportRecords++;
        several.forEach(this::report);
    }

    @Override
    public CompletableFuture<?> overdue() {
        return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new));
    }

    @Override
    public void listen(LeaseService.Listener newListener) {
        listener = newListener;
    }

    private void fill() {
        long nanos = timers.nanoTime() - filledNanos;
        filledNanos = timers.nanoTime();
        tokens = Math.min(CAPACITY, tokens + perSecond * (nanos / 1e9));
    }

    private VerdictDetails details(boolean allows, long cost, String reasonCode) {
        long remaining = Math.max(0, (long) tokens);
        double perMilli = perSecond / 1_000.0;
        long next = (long) Math.ceil((1 - (tokens - remaining)) / perMilli);
        long retry = allows ? 0 : (long) Math.ceil(Math.max(0, cost - tokens) / perMilli);
        LimitStatus status = LimitStatus.of("per-client", "")
                .limit(CAPACITY)
                .remaining(remaining)
                .windowMillis((long) (CAPACITY / perMilli))
                .resetAfterMillis((long) ((CAPACITY - tokens) / perMilli))
                .nextTokenMillis(next)
                .retryAfterMillis(retry)
                .build();
        return VerdictDetails.of(allows ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(allows ? "within-limits" : reasonCode)
                .reason(allows ? "because" : "too little; enough in " + retry + " ms")
                .decidedAtMillis(timers.nanoTime() / 1_000_000)
                .rulesetRevision(1)
                .tier("standard")
                .decidingLimit(status)
                .retryAfterMillis(retry)
                .limits(List.of(status))
                .build();
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("passed on"));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("passed on"));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("passed on"));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("passed on"));
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, "");
    }
}
