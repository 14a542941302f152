package io.sluice.replay.whatif;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.RunCounters;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.streams.replay.RunSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One of the runs that are compared, and what it said of the record at hand. */
final class Side implements RunOutputs, AutoCloseable {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, Long> refused = new TreeMap<>();
    private final List<byte[]> decisions = new ArrayList<>();
    private final PartitionRun run;
    private final ComparisonCount count;
    private boolean isInWindow;

    Side(int partition, RunSettings settings, PartitionRun.Place place, ComparisonCount count) {
        this.count = count;
        this.run = new PartitionRun(partition, settings, place, registry, this);
    }

    PartitionRun run() {
        return run;
    }

    void feed(LoggedRecord record) {
        run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
    }

    /** Decides the same request as the log's own run; returns whether there was anything to decide. */
    boolean follow(Side own, LoggedRecord record) {
        return run.follow(own.run, record.offset(), record.timestampMillis(), record.key(), record.value());
    }

    /** The window begins, under other rules if there is an activation. */
    void begin(@Nullable String activation) throws LogException {
        isInWindow = true;
        if (activation != null) {
            try {
                run.activate(activation);
            } catch (WireException e) {
                throw new LogException("rules: " + e.getMessage(), e);
            }
        }
        decisions.clear();
    }

    RunCounters counters() {
        return RunCounters.of(registry, refused);
    }

    @Override
    public void decision(byte[] value) {
        if (isInWindow) {
            decisions.add(value);
        }
    }

    @Override
    public void message(int partition, byte @Nullable [] key, byte[] value) {
        if (isInWindow) {
            count.message();
        }
    }

    @Override
    public void deadLetter(String reason, String detail) {
        if (isInWindow) {
            refused.merge(RunCounters.refusal(reason, detail), 1L, Long::sum);
        }
    }

    /** What was said of the record itself, not of holds that were due before it. */
    @Nullable DecisionRecord taken(String decisionId) {
        DecisionRecord found = null;
        for (byte[] value : decisions) {
            DecisionRecord record = read(value);
            if (isAbout(record, decisionId)) {
                found = record;
            }
        }
        decisions.clear();
        return found;
    }

    private static boolean isAbout(DecisionRecord record, String decisionId) {
        if (record instanceof LeaseReportRecord report) {
            return decisionId.equals(report.decisionId());
        }
        RecordedVerdict judged = RecordedVerdict.of(record);
        return judged != null && judged.decisionId().equals(decisionId);
    }

    private static DecisionRecord read(byte[] value) {
        try {
            return DecisionCodec.read(value);
        } catch (WireException e) {
            throw new IllegalStateException("a decision that was just encoded cannot be read", e);
        }
    }

    @Override
    public void close() {
        run.close();
    }
}
