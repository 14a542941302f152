package io.sluice.perf.overload;

import io.sluice.perf.process.Jvm;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The most heap that a JVM uses while somebody watches, four times a second. */
final class HeapWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 250;

    private final Jvm jvm;
    private final AtomicLong peakBytes = new AtomicLong();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();

    HeapWatch(Jvm jvm) {
        this.jvm = jvm;
        var unused = looks.scheduleAtFixedRate(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            long bytes = jvm.heapBytes();
            peakBytes.accumulateAndGet(bytes, Math::max);
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** The peak so far; the next one is counted anew. */
    long takePeakBytes() throws IOException {
        IOException problem = failure.get();
        if (problem != null) {
            throw problem;
        }
        return peakBytes.getAndSet(0);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
