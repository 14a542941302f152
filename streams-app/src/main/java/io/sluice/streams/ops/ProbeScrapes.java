package io.sluice.streams.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders the metrics in a thread of its own. One rendering runs at once, for all scrapes that came before it began. A
 * pause follows each, so that scraping takes no more of the machine however many scrape. The one thread that serves the
 * probes does all but the rendering.
 */
final class ProbeScrapes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeScrapes.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Supplier<String> metrics;
    private final Runnable wakeUp;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "sluice-scrapes");
        made.setDaemon(true);
        return made;
    });
    private final AtomicReference<@Nullable ProbeResponse> rendered = new AtomicReference<>();
    private List<Consumer<ProbeResponse>> waiting = new ArrayList<>();
    private @Nullable List<Consumer<ProbeResponse>> served;
    private long renderedNanos;

    /**
     * Renders for the scrapes that come.
     *
     * @param wakeUp makes the serving thread call {@link #step}
     */
    ProbeScrapes(Supplier<String> metrics, Runnable wakeUp) {
        this.metrics = metrics;
        this.wakeUp = wakeUp;
        this.renderedNanos = System.nanoTime() - PAUSE_NANOS;
    }

    void add(Consumer<ProbeResponse> caller) {
        waiting.add(caller);
    }

    /** Hands out the finished rendering, and begins the next if a scrape waits. */
    void step(long nowNanos) {
        ProbeResponse answer = rendered.getAndSet(null);
        if (answer != null && served != null) {
            List<Consumer<ProbeResponse>> callers = served;
            served = null;
            renderedNanos = nowNanos;
            callers.forEach(caller -> caller.accept(answer));
        }
        if (served == null && !waiting.isEmpty() && nowNanos - renderedNanos >= PAUSE_NANOS) {
            served = waiting;
            waiting = new ArrayList<>();
            thread.execute(this::render);
        }
    }

    private void render() {
        ProbeResponse answer;
        try {
            answer = ProbeResponse.metrics(metrics.get());
        } catch (RuntimeException | Error e) {
            // Errors as well, such as too little memory: all later scrapes wait for the end of this one.
            answer = ProbeResponse.problem(500, Map.of());
            LOG.error("rendering the metrics failed", e);
        }
        rendered.set(answer);
        wakeUp.run();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
