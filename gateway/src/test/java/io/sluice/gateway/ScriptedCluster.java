package io.sluice.gateway;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A cluster whose accounts answer as a test says: by default they allow, with 9 of 10 tokens left in a minute. */
public final class ScriptedCluster implements Admissions {
    /** What one account answers. */
    public enum Script {
        ALLOW,
        /** The next token comes in 6.2 s. */
        DENY,
        DENY_LISTED,
        NO_LIMIT,
        DEGRADED_ALLOW,
        DEGRADED_DENY,
        UNAVAILABLE,
        /** No answer comes in time, but the request is decided; asked again with the same key, it allows. */
        LATE,
        /** Nothing comes at all. */
        SILENT
    }

    public final List<AdmissionRequest> admitted = new CopyOnWriteArrayList<>();
    public final List<AdmissionRequest> warmUps = new CopyOnWriteArrayList<>();
    public final List<BatchRequest> batches = new CopyOnWriteArrayList<>();
    public final List<BatchRequest> warmUpBatches = new CopyOnWriteArrayList<>();
    public final List<SettleRequest> warmUpsSettled = new CopyOnWriteArrayList<>();
    public final List<SettleRequest> settled = new CopyOnWriteArrayList<>();
    public final List<Long> deadlinesMillis = new CopyOnWriteArrayList<>();
    /** How often somebody wanted to know whether it is ready, and could not. */
    public final AtomicInteger failedLooks = new AtomicInteger();

    private final Set<String> decidedLate = ConcurrentHashMap.newKeySet();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private volatile long windowMillis = 60_000;
    private volatile int refusedCheck;
    private final AtomicInteger settlementsLost = new AtomicInteger();
    private volatile boolean ready = true;
    private volatile boolean lacksMemory;

    public ScriptedCluster with(String account, Script script) {
        scripts.put(account, script);
        return this;
    }

    public ScriptedCluster withWindowMillis(long millis) {
        windowMillis = millis;
        return this;
    }

    public ScriptedCluster refusingCheck(int check) {
        refusedCheck = check;
        return this;
    }

    /** So many commits and cancels stay without an answer. */
    public ScriptedCluster losingSettlements(int count) {
        settlementsLost.set(count);
        return this;
    }

    public ScriptedCluster ready(boolean newReady) {
        ready = newReady;
        return this;
    }

    private static boolean isWarmUp(String account) {
        return account.startsWith("sluice-warm-up-");
    }

    private Script script(String account) {
        return scripts.getOrDefault(account, Script.ALLOW);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        if (isWarmUp(request.clientId().account())) {
            warmUps.add(request);
        } else {
            admitted.add(request);
            deadlinesMillis.add(deadlineMillis);
        }
        String account = request.clientId().account();
        String key = request.idempotencyKey();
        if (script(account) == Script.LATE && (key == null || decidedLate.add(key))) {
            return CompletableFuture.completedFuture(new Answer.Unavailable<>("no verdict in time"));
        }
        return answer(
                account,
                details -> new AdmissionVerdict.Recorded(Verdict.details("c", "0-7", null, holding(request, details))));
    }

    private static VerdictDetails holding(AdmissionRequest request, VerdictDetails details) {
        return request.reserveMillis() > 0 && details.allowed()
                ? details.toBuilder()
                        .held(new HoldNames("0-7", details.decidedAtMillis() + request.reserveMillis(), null))
                        .build()
                : details;
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        (isWarmUp(request.account()) ? warmUpBatches : batches).add(request);
        return answer(
                request.account(),
                details -> new BatchVerdict("c", "0-8", null, details.allowed() ? null : refusedCheck, details));
    }

    private <T> CompletableFuture<Answer<T>> answer(String account, Function<VerdictDetails, T> verdict) {
        return switch (script(account)) {
            case SILENT -> new CompletableFuture<>();
            case UNAVAILABLE -> CompletableFuture.completedFuture(new Answer.Unavailable<>("no verdict in time"));
            case DEGRADED_ALLOW -> CompletableFuture.completedFuture(new Answer.Degraded<>(true, "estimated"));
            case DEGRADED_DENY -> CompletableFuture.completedFuture(new Answer.Degraded<>(false, "estimated"));
            default ->
                CompletableFuture.completedFuture(new Answer.Answered<>(verdict.apply(details(script(account)))));
        };
    }

    private VerdictDetails details(Script script) {
        LimitStatus limit = LimitStatus.of("per-minute", "")
                .limit(10)
                .remaining(script == Script.DENY ? 0 : 9)
                .windowMillis(windowMillis)
                .resetAfterMillis(script == Script.DENY ? 60_000 : 6_000)
                .nextTokenMillis(6_000)
                .retryAfterMillis(script == Script.DENY ? 6_200L : 0L)
                .build();
        boolean denies = script == Script.DENY || script == Script.DENY_LISTED;
        boolean limited = script != Script.NO_LIMIT && script != Script.DENY_LISTED;
        return VerdictDetails.of(denies ? VerdictCode.DENY : VerdictCode.ALLOW)
                .reasonCode(denies ? "limit-exceeded" : "within-limits")
                .reason(denies ? "too much" : "enough")
                .decidedAtMillis(1_000)
                .rulesetRevision(3)
                .tier("free")
                .decidingLimit(limited ? limit : null)
                .retryAfterMillis(retryAfterMillis(script))
                .limits(limited ? List.of(limit) : List.of())
                .listId(script == Script.DENY_LISTED ? "crawlers" : null)
                .tags(List.of())
                .build();
    }

    private static Long retryAfterMillis(Script script) {
        if (script == Script.DENY_LISTED) {
            return null;
        }
        return script == Script.DENY ? 6_200L : 0L;
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        (isWarmUp(request.clientId().account()) ? warmUpsSettled : settled).add(request);
        if (settlementsLost.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            return CompletableFuture.completedFuture(new Answer.Unavailable<>("no answer in time"));
        }
        Settlement settlement = new Settlement(
                request.verb() == SettleRequest.Verb.COMMIT
                        ? Settlement.Outcome.COMMITTED
                        : Settlement.Outcome.CANCELLED,
                request.clientId(),
                request.holdId().text(),
                /* slots= */ false,
                /* reserved= */ 1,
                /* cost= */ request.verb() == SettleRequest.Verb.COMMIT ? 1 : 0,
                /* uncharged= */ 0,
                /* decidedAtMillis= */ 1_000,
                /* rulesetRevision= */ 3,
                /* replayed= */ false,
                List.of());
        return CompletableFuture.completedFuture(
                new Answer.Answered<>(new SettlementReply("c", "0-9", settlement, /* error= */ null)));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return CompletableFuture.completedFuture(new Answer.Unavailable<>("not scripted"));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        // It says what the request would hold.
        VerdictDetails details = holding(request, details(Script.ALLOW));
        return CompletableFuture.completedFuture(
                new Answer.Answered<>(new Explanation("c", request.clientId().text(), details, 0, List.of())));
    }

    /** Whether nobody can find out if it is ready. */
    void lacksMemory(boolean now) {
        lacksMemory = now;
    }

    @Override
    public Readiness readiness() {
        if (lacksMemory) {
            failedLooks.incrementAndGet();
            throw new OutOfMemoryError("test");
        }
        return new Readiness(ready, ready ? "" : "request partition 0 has not answered yet");
    }
}
