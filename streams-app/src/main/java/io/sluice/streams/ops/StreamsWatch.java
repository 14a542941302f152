package io.sluice.streams.ops;

import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.ops.StreamsStatus.SeenThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a Kafka Streams application once a second and answers probes from the result. It logs what operators need:
 * partitions taken over and given up, an application that waits for longer than some seconds, one that has given up.
 */
final class StreamsWatch implements AutoCloseable {
    /** An application that is not ready for so long gets a log line. */
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** The same for an application that starts. */
    static final long QUIET_AT_START_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** An application without a thread may be about to get the next one; for this many checks. */
    static final int LOOKS_WITHOUT_THREAD_MAX = 10;

    private static final Logger LOG = LoggerFactory.getLogger(StreamsWatch.class);
    private static final long TICK_MILLIS = 1_000;

    private final String name;
    private final ReadinessRules rules;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService ticks;
    private final Runnable whenReady;
    private @Nullable Runnable whenFailed;
    private Set<Integer> details = Set.of();
    private long notReadyNanos;
    private boolean wasReady;
    private boolean wasEverReady;
    private boolean told;
    private int looksWithoutThread;
    private volatile ProbeAnswer ready = ProbeAnswer.not("it is starting");
    private volatile ProbeAnswer standbys = ready;
    private volatile boolean failed;

    /**
     * A watch that checks when {@link #tick} is called.
     *
     * @param name the application's name in the log
     * @param whenReady is called whenever it is ready after it was not
     */
    StreamsWatch(String name, ReadinessRules rules, Runnable whenReady, LongSupplier nanoClock) {
        this.name = name;
        this.rules = rules;
        this.whenReady = whenReady;
        this.nanoClock = nanoClock;
        this.notReadyNanos = nanoClock.getAsLong();
        this.ticks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-watch-" + name.replace(' ', '-'));
            thread.setDaemon(true);
            return thread;
        });
    }

    void start(Supplier<StreamsStatus> streams, Supplier<@Nullable GroupStatus> group) {
        ticks.scheduleWithFixedDelay(
                () -> {
                    try {
                        tick(streams.get(), group.get());
                    } catch (RuntimeException | Error e) {
                        // Otherwise the executor would silently stop all further looks.
                        LOG.warn("looking at the {} failed", name, e);
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The application as it is now. */
    static StreamsStatus seen(KafkaStreams streams, LingeringClients clients) {
        List<SeenThread> threads = new ArrayList<>();
        for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
            if (!thread.threadState().equals("DEAD")) {
                LingeringClients.Membership membership = clients.membership(thread.threadName());
                threads.add(new SeenThread(
                        thread.threadName().substring(thread.threadName().lastIndexOf("StreamThread-")),
                        partitions(thread.activeTasks()),
                        partitions(thread.standbyTasks()),
                        membership == null ? null : membership.sincePoll(),
                        membership == null ? null : membership.sinceHeartbeat()));
            }
        }
        return new StreamsStatus(streams.state(), threads);
    }

    private static Set<Integer> partitions(Set<TaskMetadata> tasks) {
        Set<Integer> partitions = new TreeSet<>();
        tasks.forEach(task -> partitions.add(task.taskId().partition()));
        return partitions;
    }

    synchronized void tick(StreamsStatus seen, @Nullable GroupStatus group) {
        looksWithoutThread = seen.threads().isEmpty() ? looksWithoutThread + 1 : 0;
        if (seen.state() == KafkaStreams.State.ERROR
                || seen.state() == KafkaStreams.State.PENDING_ERROR
                || (isAtWork(seen.state()) && looksWithoutThread > LOOKS_WITHOUT_THREAD_MAX)) {
            fail();
        }
        ProbeAnswer answer = failed ? ProbeAnswer.not("it has given up") : rules.ready(seen, group);
        ready = answer;
        standbys = rules.standbys(answer, seen, group);
        if (isAtWork(seen.state()) || seen.state() == KafkaStreams.State.CREATED) {
            tellReadiness(answer);
            tellPartitions(seen);
        }
    }

    private static boolean isAtWork(KafkaStreams.State state) {
        return state == KafkaStreams.State.RUNNING || state == KafkaStreams.State.REBALANCING;
    }

    private void tellReadiness(ProbeAnswer answer) {
        long now = nanoClock.getAsLong();
        if (answer.ok()) {
            if (!wasReady) {
                LOG.info("{} is ready after {} ms", name, TimeUnit.NANOSECONDS.toMillis(now - notReadyNanos));
                whenReady.run();
            }
            told = false;
        } else {
            if (wasReady) {
                notReadyNanos = now;
            }
            if (!told && now - notReadyNanos > (wasEverReady ? QUIET_NANOS : QUIET_AT_START_NANOS)) {
                told = true;
                LOG.warn(
                        "{} is not ready for {} s: {}",
                        name,
                        TimeUnit.NANOSECONDS.toSeconds(now - notReadyNanos),
                        answer.detail());
            }
        }
        wasReady = answer.ok();
        wasEverReady |= wasReady;
    }

    private void tellPartitions(StreamsStatus seen) {
        Set<Integer> now = new TreeSet<>();
        seen.threads().forEach(thread -> now.addAll(thread.active()));
        if (!now.equals(details)) {
            Set<Integer> taken = new TreeSet<>(now);
            taken.removeAll(details);
            Set<Integer> given = new TreeSet<>(details);
            given.removeAll(now);
            LOG.info("{} has partitions {} (taken over: {}, given up: {})", name, now, taken, given);
            details = now;
        }
    }

    /** Marks the application as given up, for good. */
    synchronized void fail() {
        if (failed) {
            return;
        }
        failed = true;
        ready = ProbeAnswer.not("it has given up");
        standbys = ready;
        LOG.error("the {} has given up", name);
        if (whenFailed != null) {
            whenFailed.run();
        }
    }

    /** Calls back once when the application has given up, at once if it already has. */
    synchronized void onFailure(Runnable callback) {
        whenFailed = callback;
        if (failed) {
            callback.run();
        }
    }

    boolean hasFailed() {
        return failed;
    }

    ProbeAnswer ready() {
        return ready;
    }

    ProbeAnswer standbys() {
        return standbys;
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
