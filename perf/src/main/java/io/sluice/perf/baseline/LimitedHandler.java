package io.sluice.perf.baseline;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;

/** The bare handler with a limiter behind it; no thread waits for its answer. */
final class LimitedHandler implements Handler {
    private final Limiter limiter;

    LimitedHandler(Limiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public void handle(Context context) throws WireException {
        String clientId =
                BodyCodec.admission(context.bodyAsBytes()).request().clientId().text();
        context.future(() -> limiter.take(clientId)
                .thenAccept(taken -> Answers.send(context, clientId, taken.allowed(), taken.remaining())));
    }
}
