package io.sluice.middleware;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicies;
import io.sluice.client.Readiness;
import io.sluice.middleware.CallResult.Failed;
import io.sluice.middleware.CallResult.Reply;
import io.sluice.schemas.codec.RestBodies;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Admissions over HTTP, by the request API: without Kafka on the class path, and without a process beside the service.
 *
 * <p>One instance serves a whole service. It is thread-safe, never blocks, and keeps its connections open. Futures
 * complete on its own few threads, so a chained stage must not block; use the {@code ...Async} methods.
 *
 * <p>An admission without an answer is sent again only if it has an idempotency key, has cost 0, or was never sent.
 * Any other could be charged twice.
 */
public final class HttpAdmissions implements Admissions, AutoCloseable {
    private static final Readiness NOT_ASKED = new Readiness(false, "nothing was asked yet");
    private static final Readiness READY = new Readiness(true, "");

    private final HttpAdmissionsConfig config;
    private final HttpCalls calls;
    private final FailureLog log = new FailureLog(System::nanoTime);
    private final LongAdder answered = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile Readiness readiness = NOT_ASKED;

    private HttpAdmissions(HttpAdmissionsConfig config) {
        this.config = config;
        this.calls = new HttpCalls(config);
    }

    /** Makes a client; it connects with the first request. */
    public static HttpAdmissions of(HttpAdmissionsConfig config) {
        return new HttpAdmissions(config);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        long waitMillis = request.maxWaitMillis();
        if (deadlineMillis <= waitMillis) {
            throw new IllegalArgumentException(
                    "deadlineMillis: " + deadlineMillis + " (expected: above maxWaitMillis, " + waitMillis + ")");
        }
        Call call = new Call(
                at(request.reserveMillis() > 0 ? "/v1/reservations" : "/v1/admissions"),
                withinMillis -> RestBodies.admission(request, withinMillis),
                isRepeatable(request),
                waitMillis);
        FailurePolicies policies = config.failurePolicies();
        return send(call, deadlineMillis, ReplyReading::admission, failed -> policies.answer(request, failed.detail()));
    }

    /** A reservation is kept by whoever gets its ID: a second one without the same key would be another one. */
    private static boolean isRepeatable(AdmissionRequest request) {
        boolean takesNothing = request.cost() == 0 && request.reserveMillis() == 0;
        return request.idempotencyKey() != null || takesNothing;
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        Call call = new Call(
                at("/v1/admissions/atomic"),
                withinMillis -> RestBodies.batch(request, withinMillis),
                request.idempotencyKey() != null,
                /* waitMillis= */ 0);
        FailurePolicies policies = config.failurePolicies();
        return send(call, deadlineMillis, ReplyReading::batch, failed -> policies.answerAll(request, failed.detail()));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        String holds = request.verb() == SettleRequest.Verb.RELEASE ? "/v1/admissions/" : "/v1/reservations/";
        Call call = new Call(
                at(holds + request.holdId().text() + "/" + request.verb().wireName()),
                withinMillis -> RestBodies.settle(request, withinMillis),
                /* repeatable= */ true,
                /* waitMillis= */ 0);
        return send(
                call, deadlineMillis, ReplyReading::settlement, failed -> new Answer.Unavailable<>(failed.detail()));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        String path = URLEncoder.encode(clientId.text(), StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("+", "%20");
        Call call = new Call(
                at("/v1/clients/" + path + "/quota"), /* body= */ null, /* repeatable= */ true, /* waitMillis= */ 0);
        return send(call, deadlineMillis, ReplyReading::quota, failed -> new Answer.Unavailable<>(failed.detail()));
    }

    /** It is on the admin port, so it needs {@code adminUrl}, and a key that may read rules. */
    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        URI adminUrl = config.adminUrl();
        if (adminUrl == null) {
            return CompletableFuture.completedFuture(
                    new Answer.Unavailable<>("adminUrl: missing (expected: the admin port, which explain needs)"));
        }
        Call call = new Call(
                URI.create(adminUrl + "/v1/explain"),
                withinMillis -> RestBodies.admission(request, withinMillis),
                /* repeatable= */ true,
                /* waitMillis= */ 0);
        return send(
                call, deadlineMillis, ReplyReading::explanation, failed -> new Answer.Unavailable<>(failed.detail()));
    }

    /** Whether the last request was answered; {@link #probe} asks now. */
    @Override
    public Readiness readiness() {
        return readiness;
    }

    /** Asks the front end whether it is ready, and completes with its answer. */
    public CompletableFuture<Readiness> probe(long deadlineMillis) {
        Call call = new Call(at("/readyz"), /* body= */ null, /* repeatable= */ true, /* waitMillis= */ 0);
        return calls.send(call, atLeastOne(deadlineMillis)).thenApply(result -> {
            readiness = result instanceof Reply reply
                    ? ReplyReading.readiness(reply)
                    : new Readiness(false, ((Failed) result).detail());
            return readiness;
        });
    }

    /** The counts of the calls, for meters. */
    public CallCounts counts() {
        return calls.counts(answered.sum(), failures.sum());
    }

    /** Ends waiting requests without an answer, and closes the connections. */
    @Override
    public void close() {
        calls.close();
    }

    private URI at(String path) {
        return URI.create(config.url() + path);
    }

    /** Reads what Sluice said; null if that is no answer to this kind of request. */
    private <T> CompletableFuture<Answer<T>> send(
            Call call,
            long deadlineMillis,
            Function<Reply, ReplyReading.Read<T>> reading,
            Function<Failed, Answer<T>> instead) {
        return calls.send(call, atLeastOne(deadlineMillis)).thenApply(result -> {
            Failed failed;
            if (result instanceof Reply reply) {
                ReplyReading.Read<T> read = reading.apply(reply);
                if (read instanceof ReplyReading.Understood<T> understood) {
                    readiness = READY;
                    answered.increment();
                    return understood.answer();
                }
                failed = new Failed(((ReplyReading.NoAnswer<T>) read).detail());
            } else {
                failed = (Failed) result;
            }
            readiness = new Readiness(false, failed.detail());
            failures.increment();
            log.failed(call.uri(), failed.detail());
            return instead.apply(failed);
        });
    }

    private static long atLeastOne(long deadlineMillis) {
        if (deadlineMillis < 1) {
            throw new IllegalArgumentException("deadlineMillis: " + deadlineMillis + " (expected: at least 1)");
        }
        return deadlineMillis;
    }
}
