package io.sluice.api.traffic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traffic of a front end in the last ten minutes, in steps of two seconds. A page of the console loads them once,
 * and then only gets new ones.
 */
public final class TrafficSamples implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficSamples.class);
    /** How long a step is. */
    public static final long STEP_MILLIS = 2_000;
    /** How many steps are kept. */
    public static final int SAMPLES_MAX = 300;

    private final CountedAdmissions admissions;
    private final AnswerTimes times;
    private final LongSupplier clockMillis;
    private final ScheduledExecutorService thread;
    private final long[] counted = new long[AnswerKind.values().length];
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile Runnable whenTaken = () -> {};
    private long sequence;
    /** Whether the last step failed; used by the thread alone. */
    private boolean isFailing;

    /**
     * One step.
     *
     * @param sequence one more for each
     * @param atMillis when it ended
     * @param counts by the ordinal of the kind
     * @param times how long answers took
     */
    record Sample(long sequence, long atMillis, List<Long> counts, AnswerTimes.Percentiles times) {
        long count(AnswerKind kind) {
            return counts.get(kind.ordinal());
        }
    }

    /** No samples yet; {@link #start} takes them. */
    TrafficSamples(CountedAdmissions admissions, AnswerTimes times, LongSupplier clockMillis) {
        this.admissions = admissions;
        this.times = times;
        this.clockMillis = clockMillis;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "sluice-traffic");
            made.setDaemon(true);
            return made;
        });
    }

    void start() {
        thread.scheduleAtFixedRate(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Does something after each step, in the thread that takes it; it must not wait. */
    void whenTaken(Runnable told) {
        whenTaken = told;
    }

    /** One run of the timer. If it threw, the executor would silently stop all further steps. */
    void step() {
        try {
            take();
            whenTaken.run();
            if (isFailing) {
                LOG.info("traffic is sampled again");
            }
            isFailing = false;
        } catch (RuntimeException | Error e) {
            if (!isFailing) {
                LOG.warn("traffic could not be sampled or told; trying again every {} ms", STEP_MILLIS, e);
            }
            isFailing = true;
        }
    }

    /** Ends a step. */
    synchronized void take() {
        List<Long> counts = new ArrayList<>();
        for (AnswerKind kind : AnswerKind.values()) {
            long now = admissions.count(kind);
            counts.add(now - counted[kind.ordinal()]);
            counted[kind.ordinal()] = now;
        }
        sequence++;
        long nowMillis = clockMillis.getAsLong();
        admissions.limits().moveTo(nowMillis);
        samples.addLast(new Sample(sequence, nowMillis, List.copyOf(counts), times.sinceLast()));
        if (samples.size() > SAMPLES_MAX) {
            samples.removeFirst();
        }
    }

    /** The last one; empty before the first. */
    synchronized List<Sample> newest() {
        Sample last = samples.peekLast();
        return last == null ? List.of() : List.of(last);
    }

    /** The samples after a sequence number, oldest first. */
    synchronized List<Sample> after(long sequenceSeen) {
        return samples.stream()
                .filter(sample -> sample.sequence() > sequenceSeen)
                .toList();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
