package io.sluice.replay.audit;

import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;
import io.sluice.replay.run.RunWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * The audit of a log.
 *
 * @param log what the log is called
 * @param partitions of the log, in their order
 */
public record AuditResult(String log, RunWindow window, List<PartitionAudit> partitions) {
    public AuditResult {
        partitions = List.copyOf(partitions);
    }

    public long derived() {
        return partitions.stream().mapToLong(PartitionAudit::derived).sum();
    }

    public long matched() {
        return partitions.stream().mapToLong(PartitionAudit::matched).sum();
    }

    public long differences() {
        return partitions.stream().mapToLong(PartitionAudit::differences).sum();
    }

    /** Of the differences, those that the log contradicts; the others may come of what it does not tell. */
    public long contradictions() {
        return partitions.stream().mapToLong(PartitionAudit::contradictions).sum();
    }

    public long notCompared() {
        return partitions.stream().mapToLong(PartitionAudit::notCompared).sum();
    }

    public long records() {
        return partitions.stream().mapToLong(audit -> audit.facts().records()).sum();
    }

    /** Whether every decision was derived again, and compared; there must be one. */
    public boolean isProof() {
        return derived() > 0 && differences() == 0 && notCompared() == 0;
    }

    /** The first differences of each partition. */
    public List<Difference> listed() {
        return partitions.stream().flatMap(audit -> audit.listed().stream()).toList();
    }

    /** What the run met beside decisions. */
    public RunCounters counters() {
        return partitions.stream().map(PartitionAudit::counters).reduce(RunCounters.NONE, RunCounters::plus);
    }

    /** What the log was like, by partition. */
    public List<PartitionFacts> facts() {
        List<PartitionFacts> facts = new ArrayList<>();
        partitions.forEach(audit -> facts.add(audit.facts()));
        return facts;
    }
}
