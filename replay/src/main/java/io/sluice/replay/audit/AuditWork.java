package io.sluice.replay.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.PartitionWork;
import io.sluice.replay.run.RunCounters;
import io.sluice.replay.run.StartRules;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.streams.replay.RunSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides the records of one partition again, and compares with the decision topic. */
public final class AuditWork implements PartitionWork<PartitionAudit> {
    private final int partition;
    private final boolean isWhole;
    private final int listedMax;
    private final LogReader recorded;
    private final DecisionJoin join;
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final PartitionRun run;
    private final List<byte[]> derivedNow = new ArrayList<>();
    private final Map<String, Long> refused = new TreeMap<>();
    private final List<Difference> listed = new ArrayList<>();
    private boolean isInWindow;
    private long derived;
    private long matched;
    private long notCompared;
    private long differences;
    private long wrongAnyway;

    /**
     * Work before the first record.
     *
     * @param recorded the decisions on the partition; closed with it
     * @param isWhole whether the window is the whole log
     * @param listedMax differences that are kept; all are counted
     */
    public AuditWork(
            int partition,
            RunSettings settings,
            PartitionRun.Place place,
            LogReader recorded,
            boolean isWhole,
            int listedMax) {
        this.partition = partition;
        this.isWhole = isWhole;
        this.listedMax = listedMax;
        this.recorded = recorded;
        this.join = new DecisionJoin(recorded, new Counts());
        this.run = new PartitionRun(partition, settings, place, registry, new Derived());
    }

    private final class Derived implements RunOutputs {
        @Override
        public void decision(byte[] value) {
            if (isInWindow) {
                derivedNow.add(value);
            }
        }

        @Override
        public void deadLetter(String reason, String detail) {
            if (isInWindow) {
                refused.merge(RunCounters.refusal(reason, detail), 1L, Long::sum);
            }
        }
    }

    private final class Counts implements DecisionJoin.Outcome {
        @Override
        public void matched() {
            matched++;
        }

        @Override
        public void differs(Difference.Kind kind, String name, List<String> details) {
            differences++;
            wrongAnyway += kind.isWrongAnyway() ? 1 : 0;
            if (listed.size() < listedMax) {
                listed.add(new Difference(kind, partition, name, details));
            }
        }

        @Override
        public void notCompared(DecisionName name) {
            notCompared++;
        }
    }

    @Override
    public void startUnder(StartRules rules) throws LogException {
        rules.putInForce(run);
    }

    @Override
    public void warmUp(LoggedRecord record) {
        feed(record);
    }

    private void feed(LoggedRecord record) {
        run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
    }

    @Override
    public void windowBegins(LoggedRecord first) {
        isInWindow = true;
        join.begin(first.offset());
    }

    @Override
    public void decide(LoggedRecord record) throws LogException {
        feed(record);
        compareDerived();
    }

    private void compareDerived() throws LogException {
        for (byte[] value : derivedNow) {
            derived++;
            join.derived(value);
        }
        derivedNow.clear();
    }

    @Override
    public void cleanUp() {
        run.cleanUp();
    }

    @Override
    public boolean hasRules() {
        return run.revisionInForce() > 0;
    }

    @Override
    public PartitionAudit result(PartitionFacts facts) throws LogException {
        compareDerived();
        if (!facts.isEmpty()) {
            join.finish(isWhole, facts.lastOffset(), run.clockMillis(), this::endDueHolds);
        }
        // Where the beginning is not known, another state may have led to another decision.
        long contradictions = facts.start() == PartitionFacts.Start.EXACT ? differences : wrongAnyway;
        return new PartitionAudit(
                facts,
                derived,
                matched,
                notCompared,
                differences,
                contradictions,
                listed,
                RunCounters.of(registry, refused));
    }

    private void endDueHolds(String account) throws LogException {
        run.endDueHolds(account);
        compareDerived();
    }

    @Override
    public void close() {
        run.close();
        recorded.close();
    }
}
