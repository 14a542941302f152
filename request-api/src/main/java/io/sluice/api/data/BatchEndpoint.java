package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/admissions/batch}: many requests at once, each decided on its own, answered in their order. It takes
 * milliseconds, so it is answered in a thread of the pool.
 */
public final class BatchEndpoint implements Endpoint {
    private final CallerAdmissions admissions;
    private final long deadlineMillis;

    /** With a deadline for requests that name none. */
    public BatchEndpoint(CallerAdmissions admissions, long deadlineMillis) {
        this.admissions = admissions;
        this.deadlineMillis = deadlineMillis;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        Admissions mine = admissions.of(request.caller());
        List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
        List<CompletableFuture<HttpAnswer>> awaited = new ArrayList<>();
        for (BodyCodec.BatchItem item : BodyCodec.batch(request.body())) {
            CompletableFuture<HttpAnswer> answer = ask(mine, item);
            answers.add(answer);
            if (!answer.isDone()) {
                awaited.add(answer);
            }
        }
        return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new))
                .thenApply(done -> HttpAnswer.ok(results(answers)).throttled(anyThrottled(answers)));
    }

    private CompletableFuture<HttpAnswer> ask(Admissions mine, BodyCodec.BatchItem item) {
        AdmissionBody body = item.body();
        if (body == null) {
            WireException error = item.error();
            return (error == null
                            ? Problem.INTERNAL.answer("an element with neither a request nor an error")
                            : Problem.invalid(error))
                    .now();
        }
        return mine.admit(body.request(), body.deadlineMillisOr(deadlineMillis))
                .thenApply(AdmissionAnswers::withoutFields)
                .exceptionally(RefusedException::answerOf);
    }

    private static boolean anyThrottled(List<CompletableFuture<HttpAnswer>> answers) {
        return answers.stream().anyMatch(answer -> answer.join().throttled());
    }

    private static JsonBody results(List<CompletableFuture<HttpAnswer>> answers) {
        return json -> {
            json.writeArrayFieldStart("results");
            for (CompletableFuture<HttpAnswer> done : answers) {
                HttpAnswer answer = done.join();
                json.writeStartObject();
                json.writeNumberField("status", answer.status());
                json.writeObjectFieldStart("body");
                answer.body().write(json);
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        };
    }
}
