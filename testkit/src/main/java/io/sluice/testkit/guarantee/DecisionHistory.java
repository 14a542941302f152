package io.sluice.testkit.guarantee;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.oracle.ExpectedOutcome;
import io.sluice.testkit.oracle.LogOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/** Every committed decision of a cluster, by request partition, checked against the guarantees. */
public final class DecisionHistory {
    private final Map<Integer, List<DecisionRecord>> byPartition = new TreeMap<>();

    private DecisionHistory(List<DecisionRecord> records) {
        for (DecisionRecord record : records) {
            byPartition
                    .computeIfAbsent(partitionOf(idOf(record)), partition -> new ArrayList<>())
                    .add(record);
        }
    }

    private static String idOf(DecisionRecord record) {
        if (record instanceof SettlementRecord end) {
            return end.settlement().holdId();
        }
        if (record instanceof LeaseRecord lease) {
            return lease.decisionId();
        }
        if (record instanceof LeaseReportRecord report) {
            return Objects.requireNonNull(report.decisionId() == null ? report.leaseId() : report.decisionId());
        }
        return record instanceof BatchDecision batch ? batch.decisionId() : ((Decision) record).decisionId();
    }

    /** The committed records of a decision topic, in order within each request partition. */
    public static DecisionHistory of(List<DecisionRecord> committed) {
        return new DecisionHistory(committed);
    }

    /** Reads the decision topic to its end. */
    public static DecisionHistory read(String bootstrapServers) {
        List<DecisionRecord> decisions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.readAll(bootstrapServers, TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)) {
            decisions.add(decoded(record));
        }
        return new DecisionHistory(decisions);
    }

    private static DecisionRecord decoded(ConsumerRecord<byte[], byte[]> record) {
        try {
            return DecisionCodec.read(record.value());
        } catch (WireException e) {
            throw new AssertionError("the decision at " + record + " cannot be read", e);
        }
    }

    /** Every decided admission, partition by partition. */
    public List<Decision> decisions() {
        return byPartition.values().stream()
                .flatMap(records -> decisions(records).stream())
                .toList();
    }

    /** Every record of the topic, partition by partition. */
    public List<DecisionRecord> records() {
        return byPartition.values().stream().flatMap(List::stream).toList();
    }

    /** How many requests were allowed and denied, and what was charged, as analysts sum it up. */
    public Sums sums() {
        List<DecisionRecord> records = records();
        return new Sums(
                records.stream().mapToLong(DecisionRecord::allowed).sum(),
                records.stream().mapToLong(DecisionRecord::denied).sum(),
                records.stream().mapToLong(DecisionRecord::charged).sum());
    }

    /** The sums over records. */
    public record Sums(long allowed, long denied, long charged) {}

    /** Every end of a hold, partition by partition. */
    public List<Settlement> settlements() {
        return byPartition.values().stream()
                .flatMap(List::stream)
                .filter(SettlementRecord.class::isInstance)
                .map(record -> ((SettlementRecord) record).settlement())
                .toList();
    }

    private static List<Decision> decisions(List<DecisionRecord> records) {
        return records.stream()
                .filter(Decision.class::isInstance)
                .map(Decision.class::cast)
                .toList();
    }

    /**
     * Asserts every guarantee that a history can show.
     *
     * @param oracle knows which requests there were
     * @param bounds the most that each limit may let through, for the whole history
     * @param idempotencyWindowMillis the window that was in force for the whole history
     */
    public void assertGuarantees(LogOracle oracle, Map<String, LimitBound> bounds, long idempotencyWindowMillis) {
        Map<Integer, Set<String>> recordIds = oracle.outcomes().values().stream()
                .filter(ExpectedOutcome::leavesDecision)
                .map(ExpectedOutcome::decisionId)
                .collect(Collectors.groupingBy(DecisionHistory::partitionOf, Collectors.toSet()));
        recordIds.keySet().forEach(partition -> byPartition.computeIfAbsent(partition, absent -> List.of()));
        byPartition.forEach((partition, records) -> {
            List<Decision> decisions = decisions(records);
            new NeverOverAdmit(bounds).checkRecords(records);
            new NetCharges().checkRecords(records);
            new OneDecisionPerRecord(recordIds.getOrDefault(partition, Set.of())).check(decisions);
            new OneChargePerIdempotencyKey(idempotencyWindowMillis).check(decisions);
            new RevisionNeverGoesBack().check(decisions);
        });
    }

    private static int partitionOf(String decisionId) {
        return Integer.parseInt(decisionId.substring(0, decisionId.indexOf('-')));
    }
}
