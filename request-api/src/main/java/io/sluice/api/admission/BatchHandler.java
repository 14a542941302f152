package io.sluice.api.admission;

import io.sluice.api.RequestApiConfig;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/admissions/batch}: many questions at once, each judged on its own, answered in their order. A batch takes
 * milliseconds, so it is read where connections are read, and answered in a thread of the pool.
 */
public final class BatchHandler implements DirectHandler {
    public static final String ENDPOINT = "batch";

    private final Admissions admissions;
    private final RequestApiConfig config;

    public BatchHandler(Admissions admissions, RequestApiConfig config) {
        this.admissions = admissions;
        this.config = config;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.readBody(
                config.bounds().batchBytesMax(), bytes -> exchange.inPool(() -> exchange.respond(answer(bytes))));
    }

    private CompletableFuture<HttpAnswer> answer(byte[] bytes) {
        List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
        List<CompletableFuture<HttpAnswer>> awaited = new ArrayList<>();
        try {
            for (BodyCodec.BatchItem item : BodyCodec.batch(bytes)) {
                CompletableFuture<HttpAnswer> answer = ask(item);
                answers.add(answer);
                if (!answer.isDone()) {
                    awaited.add(answer);
                }
            }
        } catch (WireException e) {
            return CompletableFuture.completedFuture(Problem.invalid(e));
        }
        return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new))
                .thenApply(done -> HttpAnswer.ok(results(answers)));
    }

    private CompletableFuture<HttpAnswer> ask(BodyCodec.BatchItem item) {
        AdmissionBody body = item.body();
        if (body == null) {
            WireException error = item.error();
            return CompletableFuture.completedFuture(
                    error == null ? Problem.INTERNAL.answer("an element that says nothing") : Problem.invalid(error));
        }
        long deadlineMillis = body.deadlineMillisOr(config.deadlineMillis());
        return admissions
                .admit(body.request(), deadlineMillis)
                .thenApply(AdmissionAnswers::withoutFields)
                .exceptionally(Responder::answerOf);
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
