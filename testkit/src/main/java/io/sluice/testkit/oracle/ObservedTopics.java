package io.sluice.testkit.oracle;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The output of the streams app: committed decisions and dead letters, and every verdict, committed or not. */
record ObservedTopics(
        List<DecisionRecord> decisionRecords,
        List<ConsumerRecord<byte[], byte[]>> deadLetters,
        List<Reply> replies,
        List<ThresholdAlert> alerts,
        List<Profile> profiles,
        List<AuditEntry> audit) {
    private static final Logger LOG = LoggerFactory.getLogger(ObservedTopics.class);
    private static final Duration COMPLETE_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(250);

    /**
     * Reads the topics once they are complete. If they do not become so, reads them as they are, for the assertions to
     * fail.
     */
    static ObservedTopics awaited(String bootstrapServers, LogOracle oracle) {
        awaitDecisions(bootstrapServers, oracle);
        awaitCount(
                bootstrapServers,
                TopicCatalogue.DEAD_LETTERS,
                oracle.deadLetters().size());
        awaitCount(bootstrapServers, TopicCatalogue.ALERTS, oracle.alerts().size());
        awaitAudit(
                bootstrapServers,
                oracle.expectedChanges() + oracle.expectedPenalties().size());
        return new ObservedTopics(
                decisions(committed(bootstrapServers, TopicCatalogue.DECISIONS)),
                committed(bootstrapServers, TopicCatalogue.DEAD_LETTERS),
                replies(TopicReader.readAll(bootstrapServers, TopicCatalogue.REPLIES, IsolationLevel.READ_UNCOMMITTED)),
                // The usage roll-ups write the others.
                of(ThresholdAlert.class, read(committed(bootstrapServers, TopicCatalogue.ALERTS), AlertCodec::decode)),
                read(committed(bootstrapServers, TopicCatalogue.ACCOUNTS), ProfileCodec::decode),
                read(committed(bootstrapServers, TopicCatalogue.AUDIT), AuditCodec::decode));
    }

    List<Decision> decisions() {
        return of(Decision.class, decisionRecords);
    }

    List<SettlementRecord> settlements() {
        return of(SettlementRecord.class, decisionRecords);
    }

    List<Verdict> verdicts() {
        return of(Verdict.class, replies);
    }

    List<BatchDecision> batchDecisions() {
        return of(BatchDecision.class, decisionRecords);
    }

    List<BatchVerdict> batchVerdicts() {
        return of(BatchVerdict.class, replies);
    }

    List<SettlementReply> settlementReplies() {
        return of(SettlementReply.class, replies);
    }

    List<LeaseRecord> leases() {
        return of(LeaseRecord.class, decisionRecords);
    }

    List<LeaseReportRecord> reports() {
        return of(LeaseReportRecord.class, decisionRecords);
    }

    List<LeaseReply> leaseReplies() {
        return of(LeaseReply.class, replies);
    }

    List<ProfileReply> profileReplies() {
        return of(ProfileReply.class, replies);
    }

    private static <T> List<T> of(Class<T> type, List<?> records) {
        return records.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Waits for every decision and settlement that must be there; expiries are optional. */
    private static void awaitDecisions(String bootstrapServers, LogOracle oracle) {
        Set<String> ends = oracle.settlements().stream()
                .filter(ExpectedSettlement::noticed)
                .map(ExpectedSettlement::name)
                .collect(Collectors.toSet());
        Set<String> reports = oracle.reports().stream()
                .filter(ExpectedLeaseReport::noticed)
                .map(ExpectedLeaseReport::name)
                .collect(Collectors.toSet());
        long count = oracle.expectedDecisions() + ends.size() + reports.size();
        await(
                count,
                TopicCatalogue.DECISIONS,
                () -> decisions(committed(bootstrapServers, TopicCatalogue.DECISIONS)).stream()
                        .filter(record -> !(record instanceof LeaseReportRecord report)
                                || reports.contains(ExpectedLeaseReport.name(report)))
                        .filter(record -> !(record instanceof SettlementRecord end)
                                || ends.contains(ExpectedSettlement.name(
                                        end.settlement().holdId(),
                                        end.settlement().slots())))
                        .count());
    }

    private static void awaitCount(String bootstrapServers, String topic, long count) {
        await(count, topic, () -> (long) committed(bootstrapServers, topic).size());
    }

    private static void awaitAudit(String bootstrapServers, long changes) {
        await(
                changes,
                TopicCatalogue.AUDIT,
                () -> read(committed(bootstrapServers, TopicCatalogue.AUDIT), AuditCodec::decode).stream()
                        .filter(entry -> entry.action() instanceof AuditEntry.AccountChanged
                                || entry.action() instanceof AuditEntry.PenaltyChanged
                                || entry.action() instanceof AuditEntry.PenaltyLifted)
                        .count());
    }

    private static void await(long count, String topic, Callable<Long> found) {
        try {
            Awaitility.await(count + " records on " + topic)
                    .atMost(COMPLETE_WITHIN)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(found, size -> size >= count);
        } catch (ConditionTimeoutException e) {
            LOG.warn("{}; the assertions will name what is missing", e.getMessage());
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> committed(String bootstrapServers, String topic) {
        return TopicReader.readAll(bootstrapServers, topic, IsolationLevel.READ_COMMITTED).stream()
                .filter(ObservedTopics::isOfTheStreamsApp)
                .toList();
    }

    /** The rules writer writes its dead letters to the same topic, and marks them with a header. */
    private static boolean isOfTheStreamsApp(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader("sluice.topic") == null;
    }

    private static List<DecisionRecord> decisions(List<ConsumerRecord<byte[], byte[]>> records) {
        return read(records, DecisionCodec::read);
    }

    private static List<Reply> replies(List<ConsumerRecord<byte[], byte[]>> records) {
        return read(records, ReplyCodec::decode);
    }

    /** How the records of one topic are read. */
    @FunctionalInterface
    private interface Decoder<T> {
        T read(byte[] value) throws WireException;
    }

    private static <T> List<T> read(List<ConsumerRecord<byte[], byte[]>> records, Decoder<T> decoder) {
        List<T> read = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                read.add(decoder.read(record.value()));
            } catch (WireException e) {
                throw unreadable(record, e);
            }
        }
        return read;
    }

    private static AssertionError unreadable(ConsumerRecord<byte[], byte[]> record, WireException cause) {
        return new AssertionError(
                record.topic() + " " + record.partition() + "-" + record.offset() + " cannot be read", cause);
    }
}
