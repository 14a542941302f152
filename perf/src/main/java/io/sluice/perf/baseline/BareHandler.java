package io.sluice.perf.baseline;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.BodyCodec;
import java.util.concurrent.atomic.AtomicLong;

/** Parses an admission and answers at once: what HTTP and JSON cost when nothing is decided. */
final class BareHandler implements Handler {
    private final int deniedOfTen;
    private final AtomicLong count = new AtomicLong();

    BareHandler(int deniedOfTen) {
        this.deniedOfTen = deniedOfTen;
    }

    @Override
    public void handle(Context context) throws WireException {
        String clientId =
                BodyCodec.admission(context.bodyAsBytes()).request().clientId().text();
        boolean allowed = deniedOfTen == 0 || count.incrementAndGet() % 10 >= deniedOfTen;
        Answers.send(context, clientId, allowed, allowed ? 999_999_999 : 0);
    }
}
