package io.sluice.perf.baseline;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Parses an admission and answers at once: what HTTP and JSON cost when nothing is decided, under Javalin and on the
 * front end of request-api.
 */
final class BareHandler implements Handler, Endpoint {
    private final int deniedOfTen;
    private final AtomicLong count = new AtomicLong();

    BareHandler(int deniedOfTen) {
        this.deniedOfTen = deniedOfTen;
    }

    @Override
    public void handle(Context context) throws WireException {
        HttpAnswer answer = answer(context.bodyAsBytes());
        context.status(answer.status());
        answer.headers().forEach(context.res()::setHeader);
        context.contentType(answer.contentType());
        context.result(answer.body().bytes());
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        return answer(request.body()).now();
    }

    private HttpAnswer answer(byte[] body) throws WireException {
        String clientId = BodyCodec.admission(body).request().clientId().text();
        boolean allowed = deniedOfTen == 0 || count.incrementAndGet() % 10 >= deniedOfTen;
        return Answers.of(clientId, allowed, allowed ? 999_999_999 : 0);
    }
}
