package io.sluice.middleware;

import java.lang.System.Logger;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** A log of failed calls: the first one at once, and then once a minute, by the logger of the JDK. */
final class FailureLog {
    private static final Logger LOG = System.getLogger("io.sluice.middleware");
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;
    private final LongAdder unsaid = new LongAdder();
    private final AtomicLong nextNanos;

    FailureLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.nextNanos = new AtomicLong(nanoClock.getAsLong());
    }

    void failed(URI uri, String detail) {
        unsaid.increment();
        long now = nanoClock.getAsLong();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + SILENCE_NANOS)) {
            LOG.log(Logger.Level.WARNING, "{0} calls of Sluice without an answer, last {1}: {2}", new Object[] {
                unsaid.sumThenReset(), uri, detail
            });
        }
    }
}
