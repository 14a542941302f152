package io.sluice.replay.whatif;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.PartitionWork;
import io.sluice.replay.run.RunCounters;
import io.sluice.replay.run.StartRules;
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

/**
 * Decides the records of one partition under two rulesets, from one state on, and compares the verdicts.
 *
 * <p>Up to the window both are the same: the log's own rules lead to the state at its beginning. There the candidate's
 * rules come into force, and buckets carry over as at any change of rules.
 */
public final class WhatIfWork implements PartitionWork<WhatIfPart> {
    private final int partition;
    private final Rulesets rulesets;
    private final ComparisonCount count;
    private final Side base;
    private final Side candidate;

    /**
     * The rulesets of both sides.
     *
     * @param base an activation for the window; null for the log's own rules
     * @param candidate an activation for the window
     */
    public record Rulesets(@Nullable String base, String candidate) {}

    /** One of the two runs, and what it said of the record at hand. */
    private static final class Side implements RunOutputs, AutoCloseable {
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

        void feed(LoggedRecord record) {
            run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        }

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

        @Override
        public void decision(byte[] value) {
            if (isInWindow) {
                decisions.add(value);
            }
        }

        @Override
        public void message() {
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

    /** Work before the first record. */
    public WhatIfWork(
            int partition, RunSettings settings, LogRun.StatePlaces places, Rulesets rulesets, WhatIfBounds bounds) {
        this.rulesets = rulesets;
        this.count = new ComparisonCount(bounds);
        this.base = new Side(partition, settings, places.next(), count);
        this.candidate = new Side(partition, settings, places.next(), count);
        this.partition = partition;
    }

    @Override
    public void startUnder(StartRules rules) throws LogException {
        rules.putInForce(base.run);
        rules.putInForce(candidate.run);
    }

    @Override
    public void warmUp(LoggedRecord record) {
        base.feed(record);
        candidate.feed(record);
    }

    @Override
    public void windowBegins(LoggedRecord first) throws LogException {
        base.begin(rulesets.base());
        candidate.begin(rulesets.candidate());
    }

    @Override
    public void decide(LoggedRecord record) {
        base.feed(record);
        candidate.feed(record);
        String decisionId = partition + "-" + record.offset();
        DecisionRecord was = base.taken(decisionId);
        DecisionRecord wouldBe = candidate.taken(decisionId);
        if (was instanceof LeaseReportRecord report) {
            count.compare(report, wouldBe instanceof LeaseReportRecord other ? other : null);
            return;
        }
        RecordedVerdict judged = was == null ? null : RecordedVerdict.of(was);
        RecordedVerdict other = wouldBe == null ? null : RecordedVerdict.of(wouldBe);
        if (judged != null && other != null) {
            count.compare(judged, other);
        } else if (judged != null || other != null) {
            count.oneSided();
        }
    }

    @Override
    public void cleanUp() {
        base.run.cleanUp();
        candidate.run.cleanUp();
    }

    @Override
    public boolean hasRules() {
        return base.run.revisionInForce() > 0;
    }

    @Override
    public WhatIfPart result(PartitionFacts facts) {
        return new WhatIfPart(facts, RunCounters.of(base.registry, base.refused), count.result());
    }

    @Override
    public void close() {
        base.close();
        candidate.close();
    }
}
