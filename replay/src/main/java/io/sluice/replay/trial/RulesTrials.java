package io.sluice.replay.trial;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogOpening;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.Progress;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfRun;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.replay.whatif.WideLimits;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries rulesets on the last part of a log: one at a time, and the last result is kept for a while.
 *
 * <p>As much of the log again as is compared is run before it, for the state. What lies before that, or beyond
 * {@link RunBounds#offsetsMax}, is left out, and the result says so.
 */
public final class RulesTrials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RulesTrials.class);
    private static final int WHOLE = 1_000;
    private static final int ROWS_MAX = 1_000;

    private final LogOpening opening;
    private final RunBounds runBounds;
    private final Bounds bounds;
    private final LongSupplier millis;
    private final MeterRegistry registry;
    private @Nullable Job last;

    /**
     * What trials may take, beside what each run may.
     *
     * @param keptMillis how long a result is kept; the next trial ends that as well
     * @param accountsMax accounts of each partition that a result names
     * @param bucketsMax buckets of each limit and partition whose highest share is kept
     */
    public record Bounds(long keptMillis, int accountsMax, int bucketsMax) {
        public Bounds {
            if (keptMillis < 1_000) {
                throw new IllegalArgumentException("kept: " + keptMillis + " ms (expected: at least 1000)");
            }
            if (accountsMax < 1 || bucketsMax < 1) {
                throw new IllegalArgumentException("bounds: " + accountsMax + " accounts, " + bucketsMax
                        + " buckets (expected: at least 1 of each)");
            }
        }
    }

    /**
     * No trial so far.
     *
     * @param millis the wall clock
     */
    public RulesTrials(
            LogOpening opening, RunBounds runBounds, Bounds bounds, LongSupplier millis, MeterRegistry registry) {
        this.opening = opening;
        this.runBounds = runBounds;
        this.bounds = bounds;
        this.millis = millis;
        this.registry = registry;
        Gauge.builder("sluice.replay.trials.running", this, RulesTrials::running)
                .description("Whether a ruleset is being tried on the log")
                .register(registry);
        for (RulesTrial.State ended :
                List.of(RulesTrial.State.DONE, RulesTrial.State.FAILED, RulesTrial.State.CANCELLED)) {
            count(ended, 0);
        }
    }

    private void count(RulesTrial.State outcome, int trials) {
        Counter.builder("sluice.replay.trials")
                .description("Rulesets that were tried on the log, by what came of it")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment(trials);
    }

    private synchronized int running() {
        return last != null && last.isRunning() ? 1 : 0;
    }

    /** Begins a trial; null if another one runs. */
    public synchronized @Nullable RulesTrial start(RulesTrial.Order order) {
        if (last != null && last.isRunning()) {
            return null;
        }
        Job job = new Job(UUID.randomUUID().toString(), order, millis.getAsLong());
        Thread thread = new Thread(job::run, "sluice-rules-trial");
        thread.setDaemon(true);
        // Before it counts as running: there may be no memory for another thread.
        thread.start();
        last = job;
        return job.shown();
    }

    /** The trial of this name; null if there is none, or its result is no longer kept. */
    public synchronized @Nullable RulesTrial trial(String id) {
        Job job = kept();
        return job == null || !job.id.equals(id) ? null : job.shown();
    }

    /** The newest one; null if there is none, or its result is no longer kept. */
    public synchronized @Nullable RulesTrial newest() {
        Job job = kept();
        return job == null ? null : job.shown();
    }

    /** Ends a trial, or forgets its result; returns false if there is none of this name. */
    public synchronized boolean end(String id) {
        Job job = kept();
        if (job == null || !job.id.equals(id)) {
            return false;
        }
        if (!job.cancel()) {
            last = null;
        }
        return true;
    }

    private @Nullable Job kept() {
        if (last != null && last.isOver(millis.getAsLong())) {
            last = null;
        }
        return last;
    }

    /** The one that runs ends soon, without a result. */
    @Override
    public synchronized void close() {
        if (last != null) {
            last.cancel();
        }
    }

    private final class Job {
        private final String id;
        private final RulesTrial.Order order;
        private final long startedAtMillis;
        private RulesTrial.State state = RulesTrial.State.RUNNING;
        private @Nullable Progress progress;
        private boolean isCancelled;
        private @Nullable String result;
        private @Nullable String failure;
        private long keptUntilMillis;

        Job(String id, RulesTrial.Order order, long startedAtMillis) {
            this.id = id;
            this.order = order;
            this.startedAtMillis = startedAtMillis;
        }

        synchronized boolean isRunning() {
            return state == RulesTrial.State.RUNNING;
        }

        synchronized boolean isOver(long nowMillis) {
            return state != RulesTrial.State.RUNNING && nowMillis >= keptUntilMillis;
        }

        synchronized RulesTrial shown() {
            boolean isDone = state == RulesTrial.State.DONE;
            return new RulesTrial(
                    id,
                    order,
                    state,
                    startedAtMillis,
                    isDone ? WHOLE : progress == null ? 0 : (int) (WHOLE * progress.share()),
                    progress == null ? 0 : progress.records(),
                    result,
                    failure,
                    keptUntilMillis);
        }

        /** Returns whether there was anything left to end. */
        synchronized boolean cancel() {
            if (state != RulesTrial.State.RUNNING) {
                return false;
            }
            isCancelled = true;
            if (progress != null) {
                progress.stop();
            }
            return true;
        }

        /** From now on, it can be watched and stopped. */
        private synchronized void begins(Progress watched) {
            progress = watched;
            if (isCancelled) {
                watched.stop();
            }
        }

        void run() {
            try (LogSource log = opening.open()) {
                String told = WhatIfReport.json(compared(log), List.of());
                ended(RulesTrial.State.DONE, told, /* why= */ null);
            } catch (RunStoppedException e) {
                ended(RulesTrial.State.CANCELLED, /* told= */ null, /* why= */ null);
            } catch (LogException e) {
                ended(RulesTrial.State.FAILED, /* told= */ null, String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error defect) {
                // Whatever it is, such as too little memory: a trial that does not end would keep out all others.
                ended(RulesTrial.State.FAILED, /* told= */ null, "an internal error, which the log of the server has");
                LOG.error("a defect of Sluice: trying a ruleset on the log failed", defect);
            }
        }

        private WhatIfResult compared(LogSource log) throws LogException, RunStoppedException {
            RunWindow window = new RunWindow(
                    new LogPoint.AtMillis(startedAtMillis - order.lastMillis()),
                    /* until= */ null,
                    new LogPoint.AtMillis(startedAtMillis - 2 * order.lastMillis()));
            LogRun run = new LogRun(log, window, runBounds);
            begins(run.progress());
            WhatIfWork.Rulesets rulesets =
                    new WhatIfWork.Rulesets(/* base= */ null, CandidateRules.activation(order.documentJson()));
            WhatIfBounds kept = new WhatIfBounds(bounds.accountsMax(), bounds.bucketsMax(), ROWS_MAX);
            WhatIfRun compared = new WhatIfRun(log, runBounds, rulesets, WideLimits.ASKED_ANEW);
            return WhatIfResult.of(
                    log.name(), "the rules of the log", "the draft", compared.wide(), compared.run(run, kept));
        }

        private void ended(RulesTrial.State how, @Nullable String told, @Nullable String why) {
            synchronized (this) {
                state = how;
                result = told;
                failure = why;
                keptUntilMillis = millis.getAsLong() + bounds.keptMillis();
            }
            count(how, 1);
        }
    }
}
