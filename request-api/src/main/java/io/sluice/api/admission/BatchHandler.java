package io.sluice.api.admission;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.codec.BodyCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/admissions/batch}: many questions at once, each judged on its own, answered in their order. */
public final class BatchHandler implements Handler {
    public static final String ENDPOINT = "batch";

    private final Admissions admissions;
    private final Responder responder;
    private final RequestApiConfig config;

    public BatchHandler(Admissions admissions, Responder responder, RequestApiConfig config) {
        this.admissions = admissions;
        this.responder = responder;
        this.config = config;
    }

    @Override
    public void handle(Context context) throws IOException {
        RequestBody.Read read = RequestBody.read(context, config.bounds().batchBytesMax());
        if (read instanceof RequestBody.Refused refused) {
            responder.respond(context, ENDPOINT, refused.answer());
            return;
        }
        byte[] bytes = ((RequestBody.Accepted) read).bytes();
        try {
            List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
            for (BodyCodec.BatchItem item : BodyCodec.batch(bytes)) {
                answers.add(ask(item));
            }
            responder.respond(
                    context,
                    ENDPOINT,
                    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                            .thenApply(done -> HttpAnswer.ok(results(answers))));
        } catch (WireException e) {
            responder.respond(context, ENDPOINT, Problem.invalid(e));
        }
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
