package io.sluice.api.server;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.client.Readiness;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The advice when a caller that got no verdict should retry: first in a second, later in half the time that the
 * outage has lasted, at most in half a minute. Growing waits give a cluster that comes back time to recover.
 *
 * <p>An outage begins with the first caller that gets no answer while the front end is not ready, and ends when it is.
 * Many callers fail at once in an outage, so it checks at most once a second.
 */
public final class RetryAdvice {
    static final long SECONDS_MAX = 30;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<Readiness> readiness;
    private final LongSupplier nanoClock;
    private boolean outage;
    private long outageNanos;
    private boolean looked;
    private long lookedNanos;

    public RetryAdvice(Supplier<Readiness> readiness, LongSupplier nanoClock) {
        this.readiness = readiness;
        this.nanoClock = nanoClock;
    }

    /** The answer, with a realistic time to retry if it says that there is no verdict. */
    public HttpAnswer on(HttpAnswer answer) {
        return answer.status() == Problem.TEMPORARY_REDUCED_CAPACITY.status()
                ? answer.with(Problem.retryAfter(seconds()))
                : answer;
    }

    private synchronized long seconds() {
        long now = nanoClock.getAsLong();
        if (!looked || now - lookedNanos >= LOOK_NANOS) {
            looked = true;
            lookedNanos = now;
            boolean ready = readiness.get().ready();
            if (!ready && !outage) {
                outageNanos = now;
            }
            outage = !ready;
        }
        return outage ? Math.max(1, Math.min(SECONDS_MAX, TimeUnit.NANOSECONDS.toSeconds(now - outageNanos) / 2)) : 1;
    }
}
