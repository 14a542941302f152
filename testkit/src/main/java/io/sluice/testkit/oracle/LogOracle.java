package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.WideCount;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * The log oracle: decides the request topic again, alone and in order, and compares the result with what was observed.
 *
 * <p>It rests on the one idea of Sluice: every verdict is a function of its partition's log prefix. So whatever was
 * killed, restarted, rebalanced or sent twice, there is one right answer to every record, and the oracle knows it. It
 * shares the ledger with the streams app, not the code around it. The engine's own tests have to find a mistake in the
 * token arithmetic.
 *
 * <p>Replay when no requests are written any more: the oracle knows the log as it was at that moment.
 */
public final class LogOracle {
    private final Map<Integer, PartitionReplay> partitions;
    private final Map<String, ExpectedOutcome> outcomes = new LinkedHashMap<>();
    private final Map<String, ExpectedDeadLetter> deadLetters = new LinkedHashMap<>();
    private final Map<String, ExpectedSettlement> settlements = new LinkedHashMap<>();
    private final Map<String, ExpectedAnswer> answers = new LinkedHashMap<>();
    private final Map<String, ExpectedBatch> batches = new LinkedHashMap<>();

    private final Map<String, ExpectedOutcome> travelled = new LinkedHashMap<>();
    private final Map<String, ExpectedBatch> travelledBatches = new LinkedHashMap<>();

    private final Map<String, ExpectedLease> leases = new LinkedHashMap<>();
    private final Map<String, ExpectedLeaseReport> reports = new LinkedHashMap<>();

    private final List<ExpectedChange> changes = new ArrayList<>();
    private final List<AuditEntry> penalties = new ArrayList<>();

    private LogOracle(Map<Integer, PartitionReplay> partitions) {
        this.partitions = partitions;
        partitions.values().forEach(partition -> {
            outcomes.putAll(partition.outcomes);
            deadLetters.putAll(partition.deadLetters);
            partition.finish();
            settlements.putAll(partition.settlements);
            answers.putAll(partition.answers);
            changes.addAll(partition.changes);
            penalties.addAll(partition.penalties.entries);
            batches.putAll(partition.batches);
            travelled.putAll(partition.travelled);
            travelledBatches.putAll(partition.travelledBatches);
            leases.putAll(partition.leases.leases);
            reports.putAll(partition.leases.reports);
        });
    }

    /** Replays the request topic as it stands. */
    public static LogOracle replay(String bootstrapServers, OracleConfig config) {
        return replay(
                TopicReader.readAll(bootstrapServers, TopicCatalogue.REQUESTS, IsolationLevel.READ_COMMITTED),
                TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REQUESTS),
                config.on(bootstrapServers));
    }

    /** Replays records of the request topic, which are in offset order within each partition. */
    public static LogOracle replay(
            List<ConsumerRecord<byte[], byte[]>> requests, int requestPartitions, OracleConfig config) {
        Map<Integer, PartitionReplay> partitions = new TreeMap<>();
        for (int partition = 0; partition < requestPartitions; partition++) {
            partitions.put(partition, new PartitionReplay(partition, requestPartitions, config));
        }
        requests.forEach(record -> replayOf(record.partition(), partitions).feed(record));
        return new LogOracle(partitions);
    }

    /**
     * Replays one partition of the request topic and keeps nothing of it, so that a log may be long.
     *
     * @param outcomes takes the expected decision on every single admission, in the order of the log
     */
    public static void replayOne(
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> requests,
            int requestPartitions,
            OracleConfig config,
            Consumer<ExpectedOutcome> outcomes) {
        PartitionReplay replay = new PartitionReplay(partition.partition(), requestPartitions, config);
        requests.forEach(record -> {
            replay.feed(record);
            replay.outcomes.values().forEach(outcomes);
            replay.forget();
        });
    }

    /**
     * Replays the request topic, waits up to a minute until the decisions and dead letters are complete, and asserts
     * them and every verdict on the reply topic. Of replies it asserts that they are right, not that they are there: a
     * crash may lose some.
     *
     * @return the oracle, to compare the store with it or to read what it expects
     */
    public static LogOracle assertAll(String bootstrapServers, OracleConfig config) {
        LogOracle oracle = replay(bootstrapServers, config);
        ObservedTopics observed = ObservedTopics.awaited(bootstrapServers, oracle);
        oracle.assertDecisions(observed.decisions());
        oracle.assertDeadLetters(observed.deadLetters());
        oracle.assertSettlements(observed.settlements(), () -> replay(bootstrapServers, config));
        oracle.assertSettlementReplies(observed.settlementReplies());
        oracle.assertVerdicts(observed.verdicts());
        oracle.assertAlerts(observed.alerts());
        oracle.assertProfiles(observed.profiles(), observed.audit(), observed.profileReplies());
        oracle.assertBatches(observed.batchDecisions(), observed.batchVerdicts());
        oracle.assertLeases(observed.leases(), observed.leaseReplies(), observed.reports());
        return oracle;
    }

    private static PartitionReplay replayOf(int partition, Map<Integer, PartitionReplay> partitions) {
        PartitionReplay replay = partitions.get(partition);
        if (replay == null) {
            throw new IllegalArgumentException(
                    "partition: " + partition + " (expected: one of " + partitions.keySet() + ")");
        }
        return replay;
    }

    /** The expected decisions, by decision ID, in the order of the log. */
    public Map<String, ExpectedOutcome> outcomes() {
        return Collections.unmodifiableMap(outcomes);
    }

    /** The expected dead letters, by {@code partition-offset}. */
    public Map<String, ExpectedDeadLetter> deadLetters() {
        return Collections.unmodifiableMap(deadLetters);
    }

    /** The expected settlement of every hold that is over, in the order of the log; partition by partition. */
    public List<ExpectedSettlement> settlements() {
        return List.copyOf(settlements.values());
    }

    /** Asserts one record for each hold that ended, with the right content, and none beyond. */
    public void assertSettlements(List<SettlementRecord> records) {
        assertSettlements(records, () -> this);
    }

    /**
     * The same while the log goes on: an end that this oracle does not know may be due to a later record, such as a
     * ping.
     */
    void assertSettlements(List<SettlementRecord> records, Supplier<LogOracle> later) {
        boolean known = SettlementDifferences.names(records).allMatch(settlements::containsKey);
        Map<String, ExpectedSettlement> knownByName = known ? settlements : later.get().settlements;
        SettlementDifferences.assertRecords(knownByName, settlements.values(), records);
    }

    /** Asserts that every answer to a commit, cancel or release is the right one; a crash may have lost some. */
    public void assertSettlementReplies(List<SettlementReply> replies) {
        SettlementDifferences.assertReplies(answers, replies);
    }

    /** Asserts that every commit, cancel and release that named a reply address has an answer among these. */
    public void assertAllSettlementsAnswered(List<SettlementReply> replies) {
        SettlementDifferences.assertAllAnswered(answers, replies);
    }

    /** How many commands must have changed an account. */
    public long expectedChanges() {
        return changes.stream().filter(ExpectedChange::changes).count();
    }

    /** What the audit trail must say of penalties that began and ended; partition by partition. */
    public List<AuditEntry> expectedPenalties() {
        return List.copyOf(penalties);
    }

    /**
     * Asserts that every change of an account left its profile and one entry in the audit trail, and that nothing else
     * did. The same goes for penalties that began or ended. A command whose answers are here must have the right one
     * among them; a crash may have lost all of them.
     */
    public void assertProfiles(List<Profile> profiles, List<AuditEntry> audit, List<ProfileReply> replies) {
        ProfileDifferences.assertProfiles(changes, profiles);
        ProfileDifferences.assertAudit(changes, audit);
        ProfileDifferences.assertPenalties(penalties, audit);
        ProfileDifferences.assertReplies(changes, replies);
    }

    /** Asserts exactly one decision for each decided batch, with the right content, and that every verdict is right. */
    public void assertBatches(List<BatchDecision> decisions, List<BatchVerdict> verdicts) {
        BatchDifferences.assertDecisions(batches, decisions);
        BatchDifferences.assertVerdicts(batches, travelledBatches, verdicts);
    }

    /**
     * Asserts exactly one record for each request for a lease and for each end of one, with the right content, and that
     * every answer is right.
     */
    public void assertLeases(List<LeaseRecord> records, List<LeaseReply> replies, List<LeaseReportRecord> ends) {
        LeaseDifferences.assertRecords(leases, records);
        LeaseDifferences.assertReplies(leases, replies);
        LeaseDifferences.assertReports(reports, ends);
    }

    /** Every end of a lease, and every count of local denials, in the order of the log; partition by partition. */
    Collection<ExpectedLeaseReport> reports() {
        return reports.values();
    }

    /**
     * Tokens that leases took for the client and did not give back: what front ends may have admitted by themselves.
     */
    public long expectedLeased(String clientId) {
        return expectedLeased(clientId::equals);
    }

    /** The same for all clients. */
    public long expectedLeased() {
        return expectedLeased(any -> true);
    }

    private long expectedLeased(Predicate<String> ofClient) {
        long lent = outcomes.values().stream()
                .filter(outcome -> ofClient.test(outcome.request().clientId().text()))
                .mapToLong(ExpectedOutcome::lentTokens)
                .sum();
        long granted = lent
                + leases.values().stream()
                        .filter(lease -> ofClient.test(lease.clientId()))
                        .mapToLong(lease -> lease.result().tokens())
                        .sum();
        long returned = reports.values().stream()
                .filter(report -> ofClient.test(report.record().clientId().text()))
                .mapToLong(report -> report.record().returned())
                .sum();
        return granted - returned;
    }

    /**
     * Requests that went out to visit wide buckets, by the place of their own record: read again, it may get the answer
     * of its key.
     */
    Map<String, ExpectedOutcome> travelled() {
        return travelled;
    }

    /** The expected decision on every batch, by decision ID. */
    Map<String, ExpectedBatch> batches() {
        return batches;
    }

    /** Whether a decision ID is that of a record that was replayed. */
    boolean isInLog(String decisionId) {
        String[] place = decisionId.split("-", -1);
        return place.length == 2
                && partitions.containsKey(Integer.parseInt(place[0]))
                && ledger(Integer.parseInt(place[0])).isDecided(Long.parseLong(place[1]));
    }

    /** The position of the last decided record, by partition. */
    public Map<Integer, LogPosition> positions() {
        Map<Integer, LogPosition> positions = new TreeMap<>();
        partitions.forEach((partition, replay) -> positions.put(partition, replay.ledger.position()));
        return positions;
    }

    /** The ledger of one partition after its last record. */
    public Ledger ledger(int partition) {
        return replayOf(partition, partitions).ledger;
    }

    /** The state of one partition after its last record. */
    InMemoryLedgerStore store(int partition) {
        return replayOf(partition, partitions).store;
    }

    /** How many requests of the client with a cost were allowed, not counting repeated answers. */
    public long expectedAdmitted(String clientId) {
        return outcomes.values().stream()
                .filter(expected -> expected.admits()
                        && expected.request().clientId().text().equals(clientId))
                .count();
    }

    /** How many decisions the decision topic must hold. */
    public long expectedDecisions() {
        return outcomes.values().stream()
                        .filter(ExpectedOutcome::leavesDecision)
                        .count()
                + leases.size()
                + batches.values().stream()
                        .filter(batch -> batch.outcome() != null)
                        .count();
    }

    /** Asserts that every verdict is the right one; a verdict may have been sent more than once. */
    public void assertVerdicts(Collection<Verdict> verdicts) {
        verdicts.forEach(verdict -> Differences.assertVerdict(this, verdict));
    }

    /** Asserts that every request that named a reply address has a verdict among these, or an error. */
    public void assertAllAnswered(Collection<Verdict> verdicts) {
        Differences.assertAllAnswered(this, verdicts);
    }

    /** Asserts exactly one decision for each decided request, with the right content, and none beyond. */
    public void assertDecisions(List<Decision> decisions) {
        Differences.assertDecisions(this, decisions);
    }

    /**
     * Asserts that partitions told each other what they had to, once, and nothing else: every message that was taken is
     * that of its sender's own log, and none is missing. For logs at whose end nothing travels any more.
     */
    public void assertMessages() {
        Map<String, String> sent = new TreeMap<>();
        Map<String, String> taken = new TreeMap<>();
        partitions.values().forEach(partition -> {
            sent.putAll(partition.wides.sent);
            taken.putAll(partition.wides.taken);
        });
        assertThat(taken).as("messages between partitions").isEqualTo(sent);
        partitions.forEach((partition, replay) -> assertThat(replay.store.wideCount(WideCount.VOUCHERS))
                .as("open vouchers of partition %s", partition)
                .matches(open -> open.count() == 0
                        && open.tokens() == 0
                        && open.lapsed().count() == 0
                        && open.lapsed().tokens() == 0));
    }

    /** How many of the messages were of retries that travelled behind the first request with their key. */
    public long followers() {
        return partitions.values().stream()
                .mapToLong(partition -> partition.wides.followers)
                .sum();
    }

    /** How many messages between partitions were taken. */
    public long messages() {
        return partitions.values().stream()
                .mapToLong(partition -> partition.wides.taken.size())
                .sum();
    }

    /** Every expected alert, in the order of the log; partition by partition. */
    public List<ThresholdAlert> alerts() {
        return Stream.of(
                        partitions.values().stream().flatMap(partition -> partition.wides.alerts.stream()),
                        outcomes.values().stream().flatMap(ExpectedOutcome::alerts),
                        batches.values().stream().flatMap(ExpectedBatch::alerts),
                        leases.values().stream().flatMap(ExpectedLease::alerts))
                .flatMap(alerts -> alerts)
                .toList();
    }

    /** Asserts exactly one alert for each crossing, and none beyond. */
    public void assertAlerts(List<ThresholdAlert> records) {
        assertThat(records).as("alerts").containsExactlyInAnyOrderElementsOf(alerts());
    }

    /** Asserts exactly one dead letter for each refused record, with its own bytes, and none beyond. */
    public void assertDeadLetters(List<ConsumerRecord<byte[], byte[]>> records) {
        Differences.assertDeadLetters(this, records);
    }

    /**
     * Asserts the buckets of every given partition, up to the clean-up: a full bucket equals an absent one, and a
     * bucket that was brought to the present equals the one it was before. For logs after which nothing is held.
     */
    public void assertStore(Map<Integer, Map<BucketKey, StoredBucket>> actualByPartition) {
        assertStore(actualByPartition, Map.of());
    }

    /** Asserts what every given partition remembers of penalties, up to the clean-up of what has expired. */
    public void assertPenaltyState(Map<Integer, Map<String, AccountPenalties>> actualByPartition) {
        actualByPartition.forEach((partition, actual) -> {
            PartitionReplay replay = replayOf(partition, partitions);
            Map<String, AccountPenalties> found = new TreeMap<>(actual);
            Map<String, AccountPenalties> wanted = new TreeMap<>(replay.store.penalties());
            found.values().removeIf(replay.ledger::isExpired);
            wanted.values().removeIf(replay.ledger::isExpired);
            assertThat(found).as("penalties of partition %s", partition).isEqualTo(wanted);
        });
    }

    /** What is used of credits, but of those that are over: they count as forgotten, cleaned up or not. */
    public void assertCreditState(Map<Integer, Map<String, UsedCredits>> actualByPartition) {
        actualByPartition.forEach((partition, actual) -> {
            PartitionReplay replay = replayOf(partition, partitions);
            Map<String, UsedCredits> found = new TreeMap<>(actual);
            Map<String, UsedCredits> wanted = new TreeMap<>(replay.store.usedCredits());
            found.entrySet().removeIf(used -> replay.ledger.isExpired(used.getKey(), used.getValue()));
            wanted.entrySet().removeIf(used -> replay.ledger.isExpired(used.getKey(), used.getValue()));
            assertThat(found).as("used credits of partition %s", partition).isEqualTo(wanted);
        });
    }

    /** The same with the holds of every partition: an expired hold counts as ended, noticed or not. */
    public void assertStore(
            Map<Integer, Map<BucketKey, StoredBucket>> bucketsByPartition,
            Map<Integer, Map<HoldKey, HoldEntry>> holdsByPartition) {
        bucketsByPartition.forEach((partition, buckets) -> StoreDifferences.assertState(
                partition,
                replayOf(partition, partitions),
                buckets,
                holdsByPartition.getOrDefault(partition, Map.of())));
    }
}
