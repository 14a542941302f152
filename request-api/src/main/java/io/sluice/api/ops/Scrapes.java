package io.sluice.api.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rendering of metrics for scrapers, in a thread of its own: one at a time, with a pause after each. All scrapers
 * that came before a rendering began share its bytes. So many scrapers cost no more than one, and none sees values
 * older than its request.
 */
public final class Scrapes implements AutoCloseable {
    static final int WAITING_MAX = 64;
    private static final long PAUSE_MILLIS = 100;

    private final PrometheusMeterRegistry registry;
    private final Counter refused;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "sluice-scrapes");
        made.setDaemon(true);
        return made;
    });
    private List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
    /** When the last rendering ended, from {@link System#nanoTime}. */
    private long renderedNanos;

    public Scrapes(PrometheusMeterRegistry registry) {
        this.registry = registry;
        this.renderedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
        this.refused = Counter.builder("sluice.http.scrapes.refused")
                .description("Scrapes that were refused, since too many waited")
                .register(registry);
    }

    /** The metrics as they are now or a moment later; null if too many wait for them already. */
    synchronized @Nullable CompletableFuture<byte[]> scrape() {
        if (waiting.size() >= WAITING_MAX) {
            refused.increment();
            return null;
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.add(answer);
        if (waiting.size() == 1) {
            long restNanos = renderedNanos + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS) - System.nanoTime();
            thread.schedule(this::render, Math.max(0, restNanos), TimeUnit.NANOSECONDS);
        }
        return answer;
    }

    private void render() {
        List<CompletableFuture<byte[]>> served;
        synchronized (this) {
            served = waiting;
            waiting = new ArrayList<>();
        }
        try {
            byte[] bytes = registry.scrape().getBytes(StandardCharsets.UTF_8);
            served.forEach(each -> each.complete(bytes));
        } catch (RuntimeException | Error e) {
            // Errors as well, such as too little memory for the text: somebody waits for it.
            served.forEach(each -> each.completeExceptionally(e));
        }
        synchronized (this) {
            renderedNanos = System.nanoTime();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            RefusedException ends = new RefusedException(Problem.unavailable("the server ends"));
            waiting.forEach(each -> each.completeExceptionally(ends));
        }
    }
}
