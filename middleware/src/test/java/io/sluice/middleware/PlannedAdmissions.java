package io.sluice.middleware;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Admissions that answer as a test says, and remember what they were asked. */
public final class PlannedAdmissions implements Admissions {
    /** What was asked. */
    public final List<AdmissionRequest> asked = new CopyOnWriteArrayList<>();

    /** What was settled. */
    public final List<SettleRequest> settled = new CopyOnWriteArrayList<>();

    /** The traces that requests belonged to. */
    public final List<String> traceparents = new CopyOnWriteArrayList<>();

    private final Function<AdmissionRequest, CompletableFuture<Answer<AdmissionVerdict>>> script;

    public PlannedAdmissions(Function<AdmissionRequest, CompletableFuture<Answer<AdmissionVerdict>>> script) {
        this.script = script;
    }

    /** One answer to everything. */
    public static PlannedAdmissions always(Answer<AdmissionVerdict> answer) {
        return new PlannedAdmissions(request -> CompletableFuture.completedFuture(answer));
    }

    public static Answer<AdmissionVerdict> allowed(HoldNames held) {
        return answered(VerdictDetails.of(VerdictCode.ALLOW)
                .retryAfterMillis(0L)
                .held(held)
                .limits(List.of(limit(19, 0L))));
    }

    public static Answer<AdmissionVerdict> denied() {
        return answered(VerdictDetails.of(VerdictCode.DENY)
                .reason("limit per-client has 0 of 20 tokens left")
                .retryAfterMillis(2_500L)
                .limits(List.of(limit(0, 2_500L))));
    }

    public static Answer<AdmissionVerdict> denyListed() {
        return answered(
                VerdictDetails.of(VerdictCode.DENY).reason("on a deny list").listId("bad"));
    }

    private static LimitStatus limit(long remaining, long retryAfterMillis) {
        return LimitStatus.of("per-client", "acme/alice")
                .limit(20)
                .remaining(remaining)
                .windowMillis(60_000)
                .nextTokenMillis(2_500)
                .retryAfterMillis(retryAfterMillis)
                .build();
    }

    private static Answer<AdmissionVerdict> answered(io.sluice.schemas.reply.VerdictDetailsBuilder details) {
        return new Answer.Answered<>(
                new AdmissionVerdict.Recorded(Verdict.details("", "0-7", /* requestId= */ null, details.build())));
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        asked.add(request);
        traceparents.add(String.valueOf(Traceparent.current()));
        return script.apply(request);
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        settled.add(request);
        Settlement ended = new Settlement(
                request.verb() == SettleRequest.Verb.COMMIT
                        ? Settlement.Outcome.COMMITTED
                        : Settlement.Outcome.CANCELLED,
                request.clientId(),
                request.holdId().text(),
                /* slots= */ false,
                /* reserved= */ 10,
                request.cost(),
                /* uncharged= */ 0,
                /* decidedAtMillis= */ 0,
                /* rulesetRevision= */ 1,
                /* replayed= */ false,
                List.of());
        return CompletableFuture.completedFuture(
                new Answer.Answered<>(new SettlementReply("", "0-8", ended, /* error= */ null)));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Readiness readiness() {
        return new Readiness(true, "");
    }
}
