package io.sluice.perf.load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/**
 * Requests over HTTP/1.1 on connections that are kept alive throughout a run. It does little, on purpose: on a small
 * machine a full client would be what is measured.
 *
 * <p>In a closed loop every connection sends its next request when it has an answer. In an open loop each request has
 * its moment. Its latency counts from there even if no connection was free. It then waits for one, and a stall of the
 * server shows in every request that fell into it.
 *
 * @param numbers numbers the requests, on from one run to the next
 */
public record HttpLoad(int port, int connectionCount, HttpRequests loadRequests, AtomicLong numbers) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** A load on a port of this machine. */
    public static HttpLoad on(int port, int connectionCount, HttpRequests loadRequests) {
        return new HttpLoad(port, connectionCount, loadRequests, new AtomicLong());
    }

    /** The result of a run; latencies in nanoseconds. */
    public record Result(long answers, long elapsedNanos, Histogram latencies) {
        public double perSecond() {
            return answers * NANOS_PER_SECOND / elapsedNanos;
        }
    }

    /** Sends requests as fast as answers come. */
    public Result closedLoop(Duration duration) throws IOException, InterruptedException {
        Histogram histogram = Latencies.histogram();
        try (HttpRun run = HttpRun.connect(this, moment -> histogram)) {
            long firstNumber = numbers.get();
            long startNanos = System.nanoTime();
            run.again(startNanos + duration.toNanos());
            return new Result(numbers.get() - firstNumber, System.nanoTime() - startNanos, histogram);
        }
    }

    /** Sends requests at a steady rate. */
    public Result openLoop(int perSecond, Duration duration) throws IOException, InterruptedException {
        Histogram histogram = Latencies.histogram();
        return openLoop(perSecond, duration, histogram, moment -> histogram);
    }

    /**
     * Sends requests at a steady rate.
     *
     * @param total is in the result
     * @param chosen where the latency of the request with this moment, in {@link System#nanoTime}, is counted
     */
    public Result openLoop(int perSecond, Duration duration, Histogram total, LongFunction<Histogram> chosen)
            throws IOException, InterruptedException {
        try (HttpRun run = HttpRun.connect(this, chosen)) {
            long requestCount = perSecond * duration.toMillis() / 1_000;
            long startNanos = System.nanoTime();
            run.steadily(perSecond, requestCount);
            return new Result(requestCount, System.nanoTime() - startNanos, total);
        }
    }
}
