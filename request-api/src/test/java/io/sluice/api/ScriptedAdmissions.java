package io.sluice.api;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cluster that answers by the account that asks: {@code deny}, {@code late}, {@code broken} and so on. */
final class ScriptedAdmissions implements Admissions {
    static final LimitStatus SHUT = LimitStatus.of("per-client", "deny")
            .limit(20)
            .windowMillis(60_000)
            .resetAfterMillis(60_000)
            .nextTokenMillis(2_500)
            .retryAfterMillis(2_500L)
            .build();
    static final LimitStatus OPEN = LimitStatus.of("per-account", "")
            .limit(1_000)
            .remaining(990)
            .windowMillis(3_600_000)
            .resetAfterMillis(36_000)
            .nextTokenMillis(3_600)
            .retryAfterMillis(0L)
            .build();

    volatile Readiness readiness = new Readiness(true, "");
    volatile long lastDeadlineMillis;
    volatile AdmissionRequest lastRequest;
    volatile SettleRequest lastSettled;
    /** Who asked, in the order of the requests. */
    final List<String> askedBy = new CopyOnWriteArrayList<>();

    final CompletableFuture<Answer<AdmissionVerdict>> neverAnswered = new CompletableFuture<>();
    /** What a report for {@code blocked} holds its thread for. */
    final CountDownLatch unblocked = new CountDownLatch(1);

    final AtomicInteger blocked = new AtomicInteger();

    final AtomicInteger explained = new AtomicInteger();
    /** Whether no explanation comes. */
    volatile boolean explainsNothing;
    /** Whether an explanation fails at once. */
    volatile boolean explainsNoVerdict;

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        lastDeadlineMillis = deadlineMillis;
        lastRequest = request;
        String account = request.clientId().account();
        askedBy.add(request.clientId().text());
        return switch (account) {
            case "deny" -> answered(denied(request, SHUT, 2_500L));
            case "never" ->
                answered(denied(
                        request,
                        LimitStatus.of("small", "")
                                .limit(5)
                                .remaining(5)
                                .windowMillis(5_000)
                                .build(),
                        null));
            case "bot" -> answered(challenged(request));
            case "penalised" -> answered(penalised(request, request.clientId().text()));
            case "banned" -> answered(penalised(request, /* clientId= */ null));
            case "soft" -> answered(tagged(request));
            case "wait" -> heldFor(request.maxWaitMillis(), request);
            case "reused" ->
                answered(Verdict.error(
                        "c", "0-1", new WireError(WireError.IDEMPOTENCY_KEY_REUSED, "idempotencyKey", "used before")));
            case "broken" -> answered(Verdict.error("c", "0-1", new WireError(WireError.INTERNAL, "", "it failed")));
            case "late" -> done(new Answer.Unavailable<>("no verdict within " + deadlineMillis + " ms"));
            case "degraded-allow" -> done(new Answer.Degraded<>(true, "no verdict"));
            case "degraded-deny" -> done(new Answer.Degraded<>(false, "no verdict"));
            case "defect" -> CompletableFuture.failedFuture(new IllegalStateException("secret detail"));
            case "hot" -> local(request, allowed(request).details(), new AdmissionVerdict.Lease("0-7"));
            case "hotdenied" ->
                local(request, denied(request, SHUT, 2_500L).details(), new AdmissionVerdict.Denial("0-8"));
            case "hang" -> neverAnswered;
            default -> answered(allowed(request));
        };
    }

    @Override
    public void stopWaiting() {
        neverAnswered.complete(new Answer.Unavailable<>("the client is closing"));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        lastDeadlineMillis = deadlineMillis;
        request.checks().forEach(check -> askedBy.add(check.clientId().text()));
        AdmissionRequest first = request.checks().get(0);
        return CompletableFuture.completedFuture(
                switch (request.account()) {
                    case "deny" ->
                        details(request, 1, denied(first, SHUT, 2_500L).details());
                    case "penalised" ->
                        details(
                                request,
                                0,
                                penalised(first, first.clientId().text()).details());
                    case "reused" -> refusedBatch(WireError.IDEMPOTENCY_KEY_REUSED, "idempotencyKey");
                    case "slots" -> refusedBatch(WireError.NOT_IN_BATCH, "checks[1]");
                    case "late" -> new Answer.Unavailable<>("no verdict within " + deadlineMillis + " ms");
                    case "degraded-allow" -> new Answer.Degraded<>(true, "no verdict");
                    default -> details(request, null, allowed(first).details());
                });
    }

    /** By a penalty that asks for a challenge: of the client, or of all of the account. */
    private static Verdict penalised(AdmissionRequest request, @Nullable String clientId) {
        return Verdict.details(
                "c",
                "3-31",
                request.requestId(),
                VerdictDetails.of(VerdictCode.DENY)
                        .reasonCode("penalty")
                        .retryAfterMillis(60_000L)
                        .action(ExceedAction.CHALLENGE)
                        .penalty(new Penalty("stuffing", clientId, true, 1, 2, "challenge", 1_700_000_060_000L, "3-30"))
                        .build());
    }

    private static Answer<BatchVerdict> details(BatchRequest request, Integer refusedCheck, VerdictDetails details) {
        return new Answer.Answered<>(new BatchVerdict("c", "0-1", request.requestId(), refusedCheck, details));
    }

    private static Answer<BatchVerdict> refusedBatch(String code, String field) {
        return new Answer.Refused<>(new WireError(code, field, "it is not so"));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        lastDeadlineMillis = deadlineMillis;
        lastSettled = request;
        return CompletableFuture.completedFuture(
                switch (request.clientId().account()) {
                    case "late" -> new Answer.Unavailable<>("no verdict within " + deadlineMillis + " ms");
                    case "stranger" ->
                        refused(WireError.RESERVATION_NOT_FOUND, request.verb().idField());
                    case "greedy" -> refused(WireError.COMMIT_ABOVE_RESERVATION, "cost");
                    case "broken" -> refused(WireError.INTERNAL, "");
                    default -> new Answer.Answered<>(new SettlementReply("c", "0-9", ended(request), null));
                });
    }

    private static Answer<SettlementReply> refused(String code, String field) {
        return new Answer.Answered<>(new SettlementReply("c", "0-9", null, new WireError(code, field, "it is not so")));
    }

    private static Settlement ended(SettleRequest request) {
        boolean releases = request.verb() == SettleRequest.Verb.RELEASE;
        Settlement.Outcome outcome = switch (request.verb()) {
            case COMMIT -> Settlement.Outcome.COMMITTED;
            case CANCEL -> Settlement.Outcome.CANCELLED;
            case RELEASE -> Settlement.Outcome.RELEASED;
        };
        return new Settlement(
                outcome,
                request.clientId(),
                request.holdId().text(),
                releases,
                5,
                request.cost(),
                0,
                5,
                7,
                false,
                List.of(OPEN));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        if (clientId.account().equals("defect")) {
            throw new NoClassDefFoundError("secret detail");
        }
        if (clientId.account().equals("blocked")) {
            blocked.incrementAndGet();
            awaitUnblocked();
        }
        return CompletableFuture.completedFuture(
                clientId.account().equals("late")
                        ? new Answer.Unavailable<>("no report")
                        : new Answer.Answered<>(
                                new QuotaReport("c", clientId.text(), "free", 5, 7, List.of(OPEN), null)));
    }

    private void awaitUnblocked() {
        try {
            unblocked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        lastDeadlineMillis = deadlineMillis;
        explained.incrementAndGet();
        if (explainsNothing) {
            return new CompletableFuture<>();
        }
        if (explainsNoVerdict) {
            return CompletableFuture.completedFuture(new Answer.Unavailable<>("the cluster is away"));
        }
        return CompletableFuture.completedFuture(
                switch (request.clientId().account()) {
                    case "late" -> new Answer.Unavailable<>("no verdict within " + deadlineMillis + " ms");
                    case "broken" -> new Answer.Refused<>(new WireError(WireError.INTERNAL, "", "it failed"));
                    case "elsewhere" ->
                        new Answer.Refused<>(new WireError(WireError.INVALID_REQUEST, "partition", "it is not so"));
                    default -> new Answer.Answered<>(explained(request));
                });
    }

    private static Explanation explained(AdmissionRequest request) {
        return new Explanation(
                "c",
                request.clientId().text(),
                allowed(request).details(),
                2,
                List.of(new Explanation.Mismatched("writes", "method: \"GET\" (expected: PUT)")));
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    private static CompletableFuture<Answer<AdmissionVerdict>> answered(Verdict verdict) {
        return done(new Answer.Answered<>(new AdmissionVerdict.Recorded(verdict)));
    }

    private static CompletableFuture<Answer<AdmissionVerdict>> done(Answer<AdmissionVerdict> answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static CompletableFuture<Answer<AdmissionVerdict>> local(
            AdmissionRequest request, VerdictDetails details, AdmissionVerdict.Basis basis) {
        return done(new Answer.Answered<>(new AdmissionVerdict.Local(request.requestId(), details, basis)));
    }

    private static Verdict allowed(AdmissionRequest request) {
        HoldNames held = request.reserveMillis() == 0
                ? HoldNames.NOTHING
                : new HoldNames("0-1", 5 + request.reserveMillis(), null);
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("enough")
                .decidedAtMillis(5)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(OPEN)
                .retryAfterMillis(0L)
                .limits(List.of(OPEN))
                .held(held)
                .build();
        return Verdict.details("c", "0-1", request.requestId(), details);
    }

    private static LimitStatus exceeded(ExceedAction action) {
        return new LimitStatus("soft", "", 20, 0, 60_000, 60_000, 2_500, 2_500L, 0, true, action, null, null);
    }

    private static Verdict challenged(AdmissionRequest request) {
        VerdictDetails details = new VerdictDetails(
                VerdictCode.DENY,
                "challenged",
                "too much",
                5,
                7,
                "free",
                exceeded(ExceedAction.CHALLENGE),
                2_500L,
                0,
                false,
                List.of(exceeded(ExceedAction.CHALLENGE), exceeded(ExceedAction.TAG)),
                HoldNames.NOTHING,
                null,
                ExceedAction.CHALLENGE,
                List.of(),
                0,
                null,
                null);
        return Verdict.details("c", "0-1", request.requestId(), details);
    }

    private static Verdict tagged(AdmissionRequest request) {
        VerdictDetails details = new VerdictDetails(
                VerdictCode.ALLOW,
                "tagged",
                "soft",
                5,
                7,
                "free",
                OPEN,
                0L,
                0,
                false,
                List.of(OPEN, exceeded(ExceedAction.TAG)),
                HoldNames.NOTHING,
                null,
                ExceedAction.TAG,
                List.of("soft"),
                0,
                null,
                null);
        return Verdict.details("c", "0-1", request.requestId(), details);
    }

    private static CompletableFuture<Answer<AdmissionVerdict>> heldFor(long millis, AdmissionRequest request) {
        VerdictDetails details = allowed(request).details().toBuilder()
                .action(ExceedAction.THROTTLE)
                .delayMillis(millis)
                .build();
        Verdict throttled = Verdict.details("c", "0-1", request.requestId(), details);
        Answer<AdmissionVerdict> answer = new Answer.Answered<>(new AdmissionVerdict.Recorded(throttled));
        return new CompletableFuture<Answer<AdmissionVerdict>>()
                .completeOnTimeout(answer, millis, TimeUnit.MILLISECONDS);
    }

    private static Verdict denied(AdmissionRequest request, LimitStatus limit, Long retryAfterMillis) {
        VerdictDetails details = VerdictDetails.of(VerdictCode.DENY)
                .reasonCode("limit-exceeded")
                .reason("too much")
                .decidedAtMillis(5)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(limit)
                .retryAfterMillis(retryAfterMillis)
                .limits(List.of(OPEN, limit))
                .build();
        return Verdict.details("c", "0-1", request.requestId(), details);
    }
}
