package io.sluice.perf.baseline;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Parses an admission and answers at once: what HTTP and JSON cost when nothing is decided, under Javalin and on the front
 * end that request-api has for admissions.
 */
final class BareHandler implements Handler, DirectHandler {
    private final int deniedOfTen;
    private final AtomicLong count = new AtomicLong();

    BareHandler(int deniedOfTen) {
        this.deniedOfTen = deniedOfTen;
    }

    @Override
    public void handle(Context context) throws WireException {
        Responder.send(context, answer(context.bodyAsBytes()));
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.readBody(FrontEnd.BODY_BYTES_MAX, body -> exchange.respond(answerOrProblem(body)));
    }

    private HttpAnswer answerOrProblem(byte[] body) {
        try {
            return answer(body);
        } catch (WireException e) {
            return Problem.invalid(e);
        }
    }

    private HttpAnswer answer(byte[] body) throws WireException {
        String clientId = BodyCodec.admission(body).request().clientId().text();
        boolean allowed = deniedOfTen == 0 || count.incrementAndGet() % 10 >= deniedOfTen;
        return Answers.of(clientId, allowed, allowed ? 999_999_999 : 0);
    }
}
