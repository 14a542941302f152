package io.sluice.streams.ops;

import io.sluice.streams.ops.StreamsStatus.SeenThread;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The rules that say when an instance is ready, and when another one may be stopped.
 *
 * <p><b>Ready</b> means: it is a member of its group whose heartbeats arrive, and each stream thread polls for
 * requests. Also, every partition that it is to decide is restored, and the group has assigned it something, if only
 * standby copies. An instance without an assignment is ready if others have every partition, for then it is a spare
 * one; else it waits for the group.
 *
 * <p><b>Another one may be stopped</b> when this one is ready, no rebalance is in progress, and its standby copies have
 * caught up. If all instances report this, every partition has a copy that can take over at once.
 */
final class ReadinessRules {
    /** A stream thread polls many times a second; only a blocked one does not poll for this long. */
    static final Duration POLL_WITHIN = Duration.ofSeconds(10);

    private final Duration heartbeatWithin;
    private final long caughtUpRecordsMax;

    /**
     * Rules of one application.
     *
     * @param heartbeatWithin its session timeout: after that its group goes on without it
     * @param caughtUpRecordsMax changelog records that a copy may be behind
     */
    ReadinessRules(Duration heartbeatWithin, long caughtUpRecordsMax) {
        this.heartbeatWithin = heartbeatWithin;
        this.caughtUpRecordsMax = caughtUpRecordsMax;
    }

    /** Whether it works; a null group means that the group's state is not known. */
    ProbeAnswer ready(StreamsStatus seen, @Nullable GroupStatus group) {
        if (seen.state() == KafkaStreams.State.ERROR || seen.state() == KafkaStreams.State.PENDING_ERROR) {
            return ProbeAnswer.not("it has given up");
        }
        if (seen.threads().isEmpty()) {
            return ProbeAnswer.not("no stream thread lives");
        }
        for (SeenThread thread : seen.threads()) {
            ProbeAnswer one = ready(thread);
            if (!one.ok()) {
                return one;
            }
        }
        if (seen.state() != KafkaStreams.State.RUNNING) {
            return ProbeAnswer.not("partitions are being assigned or restored");
        }
        if (seen.hasTasks()) {
            return ProbeAnswer.OK;
        }
        return group != null && group.isStable() && group.partitionsWithoutMember() == 0
                ? ProbeAnswer.OK
                : ProbeAnswer.not("it waits for partitions from its group");
    }

    private ProbeAnswer ready(SeenThread thread) {
        Duration sincePoll = thread.sincePoll();
        if (sincePoll == null) {
            return ProbeAnswer.not(thread.name() + " is starting");
        }
        if (sincePoll.compareTo(POLL_WITHIN) > 0) {
            return ProbeAnswer.not(
                    thread.name() + " is held up: it has not asked for requests for " + sincePoll.toSeconds() + " s");
        }
        Duration sinceHeartbeat = thread.sinceHeartbeat();
        if (sinceHeartbeat == null || sinceHeartbeat.compareTo(heartbeatWithin) > 0) {
            return ProbeAnswer.not("it waits for its group");
        }
        return ProbeAnswer.OK;
    }

    /** Whether another instance may be stopped without a pause of seconds. */
    ProbeAnswer standbys(ProbeAnswer ready, StreamsStatus seen, @Nullable GroupStatus group) {
        if (!ready.ok()) {
            return ready;
        }
        if (group == null) {
            return ProbeAnswer.not("its group cannot be looked at");
        }
        if (!group.isStable()) {
            return ProbeAnswer.not("its group is " + group.state() + " (expected: Stable)");
        }
        if (group.partitionsWithoutMember() > 0) {
            return ProbeAnswer.not(group.partitionsWithoutMember() + " partitions have no member");
        }
        for (SeenThread thread : seen.threads()) {
            for (int partition : thread.standby()) {
                ProbeAnswer one = caughtUp(partition, group.lags().get(partition));
                if (!one.ok()) {
                    return one;
                }
            }
        }
        return ProbeAnswer.OK;
    }

    private ProbeAnswer caughtUp(int partition, @Nullable Long lag) {
        if (lag == null) {
            return ProbeAnswer.not("the copy of partition " + partition + " has just been begun");
        }
        return lag <= caughtUpRecordsMax
                ? ProbeAnswer.OK
                : ProbeAnswer.not("the copy of partition " + partition + " is " + lag
                        + " records behind (expected: at most " + caughtUpRecordsMax + ")");
    }
}
