package io.sluice.perf.baseline;

import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.Problem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;

/** The bare handler with a limiter behind it, on the front end that Sluice has; no thread waits for its answer. */
final class LimitedHandler implements DirectHandler {
    private final Limiter limiter;

    LimitedHandler(Limiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.readBody(FrontEnd.BODY_BYTES_MAX, body -> answer(exchange, body));
    }

    private void answer(Exchange exchange, byte[] body) {
        try {
            String clientId = BodyCodec.admission(body).request().clientId().text();
            exchange.respond(limiter.take(clientId)
                    .thenApply(taken -> Answers.of(clientId, taken.allowed(), taken.remaining())));
        } catch (WireException e) {
            exchange.respond(Problem.invalid(e));
        }
    }
}
