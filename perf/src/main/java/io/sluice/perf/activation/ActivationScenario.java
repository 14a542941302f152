package io.sluice.perf.activation;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.Latencies;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.perf.rest.RestTraffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long callers wait while rules change, beside how long they wait otherwise: 500 requests a second over REST, and
 * every two seconds a ruleset in which every number is another. Requests of the second that begins with an activation
 * are counted apart from those of the other second.
 */
public final class ActivationScenario implements Scenario {
    private static final int PER_SECOND = 500;
    private static final int CONNECTIONS = 64;
    private static final int CLIENTS = 1_000;
    private static final long PERIOD_MILLIS = 2_000;
    private static final long DURING_NANOS = 1_000_000_000L;

    /** The first moment that belongs to the last activation; moves on while others are still being answered. */
    private final AtomicLong activatedNanos = new AtomicLong(Long.MIN_VALUE / 2);

    private final AtomicLong revision = new AtomicLong(1);

    @Override
    public Listing listing() {
        // It changes rules every second second, which would disturb every other scenario.
        return Listing.of("17", "activation").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Integer> sizes = List.of(10, 1_000, 3_000).subList(0, setting.isFull() ? 3 : setting.pick(1, 1, 2));
        AdmissionLoad loadRequests =
                new AdmissionLoad("", RestTraffic.exactly(RestTraffic.allowed("activation", CLIENTS)));
        Samples samples = new Samples();
        DevProcess sluice = setting.shared().warm(setting).sluice();
        HttpLoad load = HttpLoad.on(sluice.httpPort(), CONNECTIONS, loadRequests);
        load.closedLoop(Duration.ofMillis(setting.pick(300, 1_000, 2_000)));
        setting.profiles().recorded("17-activation", sluice.jvm(), () -> {
            for (int round = 0; round < setting.pick(1, 1, 3); round++) {
                for (int size : sizes) {
                    measure(sluice, load, size, Duration.ofSeconds(setting.pick(4, 4, 6)), samples);
                }
            }
            return true;
        });
        setting.shared().add(loadRequests.admittedByClient());
        return rows(sizes, samples);
    }

    private void measure(DevProcess sluice, HttpLoad load, int limits, Duration duration, Samples samples)
            throws IOException, InterruptedException {
        Histogram quiet = Latencies.histogram();
        Histogram during = Latencies.histogram();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        ScheduledExecutorService changes = Executors.newSingleThreadScheduledExecutor();
        try {
            Future<?> unused = changes.scheduleAtFixedRate(
                    () -> activate(sluice, limits, failure), PERIOD_MILLIS / 2, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            load.openLoop(
                    PER_SECOND,
                    duration,
                    quiet,
                    moment -> moment - activatedNanos.get() < DURING_NANOS ? during : quiet);
        } finally {
            changes.shutdown();
            if (!changes.awaitTermination(10 * PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("an activation does not end");
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a ruleset was not activated", failure.get());
        }
        samples.addLatencies(limits + " quiet", quiet);
        samples.addLatencies(limits + " during", during);
    }

    private void activate(DevProcess sluice, int limits, AtomicReference<@Nullable Exception> failure) {
        long next = revision.incrementAndGet();
        String document = document(limits, next);
        activatedNanos.set(System.nanoTime());
        try {
            sluice.activate(next, document);
        } catch (Exception e) {
            failure.compareAndSet(null, e);
        }
    }

    /** So many limits for as many routes, and one that applies; all carry over into the next such ruleset. */
    private static String document(int limits, long variant) {
        String routes = IntStream.range(1, limits)
                .mapToObj(i -> "{\"id\":\"l" + i + "\",\"match\":{\"path\":\"/v2/r" + i
                        + "\"},\"scope\":\"client\",\"rate\":{\"tokens\":" + (10 + variant) + ",\"per\":\"1s\"}},")
                .collect(Collectors.joining());
        return "{\"limits\":[" + routes + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":"
                + (10_000 + variant) + ",\"per\":\"1s\"},\"burst\":1000000}]}";
    }

    private List<Row> rows(List<Integer> sizes, Samples samples) {
        List<Row> rows = new ArrayList<>();
        for (int size : sizes) {
            for (String percentile : Samples.percentileNames()) {
                Row row = Row.of(
                                number(),
                                size + " limits, while activated, " + percentile,
                                "ms",
                                samples.of(size + " during", percentile))
                        .against("quiet", samples.of(size + " quiet", percentile));
                rows.add(percentile.equals("p50") || percentile.equals("p99") ? row : row.inJsonOnly());
            }
        }
        return rows;
    }
}
