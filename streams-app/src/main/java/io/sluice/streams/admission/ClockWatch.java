package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.MarkEffect;
import io.sluice.engine.state.PartitionClock;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.control.ClockMark;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how one partition's time follows the broker's timestamps.
 *
 * <p>It has marks of the app's own time written into the partition in two cases. An idle partition gets marks so that
 * its timestamps are never far apart while an app lives. A partition whose time is behind its timestamps gets marks so
 * that it catches up if they are right. The ledger decides what a mark changes. The app's own time affects no verdict,
 * only lines in the log.
 */
final class ClockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    /** A partition without a record for so long gets a mark: early enough that two may be lost before a step is cut. */
    static final long IDLE_MILLIS = 20_000;
    /** A partition whose time is further behind its timestamps than this gets a mark. */
    static final long BEHIND_MILLIS = 2_000;
    /** The shortest pause between two marks that an app requests. */
    static final long PAUSE_MILLIS = 10_000;
    /** The shortest pause between two lines of one kind in the log. */
    private static final long LOG_PAUSE_MILLIS = 300_000;

    private final int partition;
    private final Ledger ledger;
    private final MarkSender sender;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;
    private final Pause asking = new Pause(PAUSE_MILLIS);
    private final Pause cutLines = new Pause(LOG_PAUSE_MILLIS);
    private final Pause markLines = new Pause(LOG_PAUSE_MILLIS);
    private boolean recordSeen;
    /** Long ago at the start, so that the first check requests a mark. */
    private long recordSeenMillis;

    ClockWatch(Ledger ledger, MarkSender sender, ProcessorContext<Object, byte[]> context, AdmissionMetrics metrics) {
        this.partition = context.taskId().partition();
        this.ledger = ledger;
        this.sender = sender;
        this.context = context;
        this.metrics = metrics;
    }

    /** A shortest time between two events, by a clock that may be set. */
    private static final class Pause {
        private final long millis;
        private long lastMillis;
        private boolean any;

        Pause(long millis) {
            this.millis = millis;
        }

        boolean isOver(long nowMillis) {
            if (any && Math.abs(nowMillis - lastMillis) < millis) {
                return false;
            }
            any = true;
            lastMillis = nowMillis;
            return true;
        }
    }

    /** Checks each step of the partition's time; {@code before} is the time until then. */
    void advanced(PartitionClock before) {
        recordSeen = true;
        PartitionClock clock = ledger.clock();
        if (clock.aheadMillis() > 0) {
            metrics.clockClamped();
        }
        if (clock.stampMillis() - before.stampMillis() > PartitionClock.STEP_MILLIS_MAX && before.millis() > 0) {
            cut(before, clock);
        }
    }

    private void cut(PartitionClock before, PartitionClock clock) {
        metrics.clockStepCut();
        long ownMillis = context.currentSystemTimeMs();
        if (cutLines.isOver(ownMillis)) {
            LOG.warn(
                    "partition {}: a record is stamped {} ms after the one before;"
                            + " the partition's time goes on by {} ms,"
                            + " and follows when a mark confirms the stamp"
                            + " (nobody asked for a while, or a broker's clock is wrong)",
                    partition,
                    clock.stampMillis() - before.stampMillis(),
                    clock.millis() - before.millis());
        }
        ask(ownMillis, "behind");
    }

    /** Runs from time to time, whether records come or not. */
    void look(long ownMillis) {
        PartitionClock clock = ledger.clock();
        metrics.clock(partition, clock.aheadMillis(), clock.behindMillis());
        if (recordSeen) {
            recordSeen = false;
            recordSeenMillis = ownMillis;
        }
        if (clock.behindMillis() > BEHIND_MILLIS) {
            ask(ownMillis, "behind");
        } else if (Math.abs(ownMillis - recordSeenMillis) >= IDLE_MILLIS) {
            ask(ownMillis, "idle");
        }
    }

    private void ask(long ownMillis, String reason) {
        if (asking.isOver(ownMillis)) {
            sender.send(partition, reason);
        }
    }

    /**
     * Reads a mark whose signature has been verified.
     *
     * @throws WireException if it breaks the contract, or is for another partition
     */
    ClockMark read(String payload) throws WireException {
        ClockMark mark = ClockMarkCodec.decode(payload);
        // The signature covers the content, not the partition: a copy in another partition must not count.
        if (mark.partition() != partition) {
            throw new WireException("partition", mark.partition() + " (expected: " + partition + ", where it lies)");
        }
        return mark;
    }

    /** Applies a mark. */
    void take(ClockMark mark) {
        PartitionClock before = ledger.clock();
        MarkEffect effect = ledger.mark(mark.nowMillis());
        metrics.clockMarked(effect);
        if (effect == MarkEffect.CAUGHT_UP) {
            LOG.info(
                    "partition {}: {} confirms the broker's stamp ({}); the partition's time catches up by {} ms",
                    partition,
                    mark.principal(),
                    mark.reason(),
                    before.behindMillis());
        } else if (effect == MarkEffect.DISAGREES && markLines.isOver(context.currentSystemTimeMs())) {
            LOG.warn(
                    "partition {}: a mark of {} differs from the broker's stamp by {} ms (expected: at most {});"
                            + " one of the two clocks is wrong, or the mark is an old one, and it changes nothing",
                    partition,
                    mark.principal(),
                    mark.nowMillis() - before.stampMillis(),
                    PartitionClock.MARK_MILLIS_MAX);
        }
    }
}
