package io.sluice.perf.baseline;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import java.util.concurrent.CompletableFuture;

/** The bare handler with a limiter behind it, on Sluice's own front end; no thread waits for its answer. */
final class LimitedHandler implements Endpoint {
    private final Limiter limiter;

    LimitedHandler(Limiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        String clientId =
                BodyCodec.admission(request.body()).request().clientId().text();
        return limiter.take(clientId).thenApply(taken -> Answers.of(clientId, taken.allowed(), taken.remaining()));
    }
}
