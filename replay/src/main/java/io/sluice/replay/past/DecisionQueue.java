package io.sluice.replay.past;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogOpening;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.schemas.request.DecisionId;
import io.sluice.streams.replay.RunSettings;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Explains decisions of the past for a server: one after the other, each within bounds of its own.
 *
 * <p>How far the log is read before a decision is bounded by {@link RunBounds#offsetsMax}. What lies before that is
 * left out, and the explanation says so.
 */
public final class DecisionQueue implements AutoCloseable {
    private static final Outcome STOPPING = new Outcome.Busy("the server is stopping");

    private final LogOpening opening;
    private final RunBounds runBounds;
    private final Bounds bounds;
    private final MeterRegistry registry;
    private final ThreadPoolExecutor worker;
    private volatile boolean isClosed;

    /**
     * What explanations may take, beside what each run may.
     *
     * @param waitingMax questions that may wait for the one at work
     * @param millisMax how long one run may last
     */
    public record Bounds(int waitingMax, long millisMax) {
        public Bounds {
            if (waitingMax < 1 || waitingMax > 1_000) {
                throw new IllegalArgumentException("waiting: " + waitingMax + " (expected: 1..1000)");
            }
            if (millisMax < 1_000 || millisMax > 600_000) {
                throw new IllegalArgumentException("millis: " + millisMax + " (expected: 1000..600000)");
            }
        }
    }

    /** What came of a question. */
    public sealed interface Outcome {
        /** The explanation. */
        record Answered(PastDecision.Explained explained) implements Outcome {}

        /** There is nothing to explain. */
        record Unknown(String detail) implements Outcome {}

        /** Too many others wait already, or it took too long. */
        record Busy(String detail) implements Outcome {}

        /** The log cannot be read. */
        record Failed(String detail) implements Outcome {}
    }

    /** A queue that nobody waits in so far. */
    public DecisionQueue(LogOpening opening, RunBounds runBounds, Bounds bounds, MeterRegistry registry) {
        this.opening = opening;
        this.runBounds = runBounds;
        this.bounds = bounds;
        this.registry = registry;
        this.worker = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(bounds.waitingMax()),
                task -> new Thread(task, "sluice-past-decisions"));
        Gauge.builder(
                        "sluice.replay.explanations.waiting",
                        worker,
                        pool -> pool.getQueue().size())
                .description("Questions about decisions of the past that wait for the one at work")
                .register(registry);
        for (String outcome : new String[] {"answered", "unknown", "busy", "failed"}) {
            count(outcome, 0);
        }
    }

    private void count(String outcome, int questions) {
        Counter.builder("sluice.replay.explanations")
                .description("Questions about decisions of the past, by what came of them")
                .tag("outcome", outcome)
                .register(registry)
                .increment(questions);
    }

    /** Explains a decision, once it is its turn; fails only if there is a defect. */
    public CompletableFuture<Outcome> explain(DecisionId id) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        try {
            worker.execute(() -> {
                try {
                    answer.complete(counted(run(id)));
                } catch (RuntimeException | Error e) {
                    // Whatever it is, such as too little memory: somebody waits for the answer, and reports it.
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.complete(
                    counted(isClosed ? STOPPING : new Outcome.Busy(bounds.waitingMax() + " questions wait already")));
        }
        return answer;
    }

    private Outcome counted(Outcome outcome) {
        count(outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT), 1);
        return outcome;
    }

    private Outcome run(DecisionId id) {
        if (isClosed) {
            return STOPPING;
        }
        try (LogSource log = opening.open()) {
            RunSettings settings = log.settings(runBounds.cachedEntriesMax());
            PastDecision past = new PastDecision(log, settings, runBounds, id);
            CompletableFuture<Void> deadline = CompletableFuture.runAsync(
                    () -> past.progress().stop(),
                    CompletableFuture.delayedExecutor(bounds.millisMax(), TimeUnit.MILLISECONDS));
            try {
                return new Outcome.Answered(past.explain());
            } finally {
                deadline.cancel(false);
            }
        } catch (UnknownDecisionException e) {
            return new Outcome.Unknown(String.valueOf(e.getMessage()));
        } catch (RunStoppedException e) {
            return isClosed
                    ? STOPPING
                    : new Outcome.Busy(
                            "it took longer than " + bounds.millisMax() + " ms to run the log up to the decision"
                                    + " (expected: `sluice explain --decision`, which has no such bound)");
        } catch (LogException e) {
            return new Outcome.Failed("the log cannot be run: " + e.getMessage());
        }
    }

    /** Nobody is answered any more; the one at work ends soon. */
    @Override
    public void close() {
        isClosed = true;
        worker.shutdownNow().forEach(Runnable::run);
    }
}
