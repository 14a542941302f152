package io.sluice.cli.simulation;

import io.sluice.engine.state.LogPosition;
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
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.CreditEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.streams.store.LogPositions;
import io.sluice.streams.store.PenaltyEntries;
import io.sluice.streams.topology.Names;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.NeverOverAdmit;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** What must hold after any history: of everything committed, of every reply that was read, and of the final state. */
final class Invariants {
    private final World world;
    private final SimulatedCluster cluster;
    private final List<LocalAnswer> localAnswers;
    private final Map<String, Long> leaseEndMillis;
    private final List<DecisionRecord> decisions;
    private final List<Reply> replies;

    Invariants(
            World world, SimulatedCluster cluster, List<LocalAnswer> localAnswers, Map<String, Long> leaseEndMillis) {
        this.world = world;
        this.cluster = cluster;
        this.localAnswers = localAnswers;
        this.leaseEndMillis = leaseEndMillis;
        this.decisions = committed(Names.DECISIONS_SINK, DecisionCodec::read);
        this.replies = cluster.replies().values().stream()
                .map(value -> read(value, ReplyCodec::decode))
                .toList();
    }

    /** How the records of one topic are read. */
    @FunctionalInterface
    private interface Decoder<T> {
        T read(byte[] value) throws WireException;
    }

    private static <T> T read(byte[] value, Decoder<T> decoder) {
        try {
            return decoder.read(value);
        } catch (WireException e) {
            throw new AssertionError("a record that was written cannot be read", e);
        }
    }

    private <T> List<T> committed(String sink, Decoder<T> decoder) {
        return cluster.committed().stream()
                .filter(output -> output.sink().equals(sink))
                .map(output -> read(output.value(), decoder))
                .toList();
    }

    private <T> List<T> decisions(Class<T> type) {
        return of(type, decisions);
    }

    private <T> List<T> replies(Class<T> type) {
        return of(type, replies);
    }

    private static <T> List<T> of(Class<T> type, List<?> records) {
        return records.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void check() {
        LogOracle oracle = LogOracle.replay(
                cluster.log().records(),
                World.REQUEST_PARTITIONS,
                new OracleConfig(TestKeys.TRUSTED, World.REPLY_PARTITIONS));
        checkAgainstLog(oracle);
        checkState(oracle);
        checkGuarantees(oracle);
        checkReplies();
        checkLocalAnswers();
        count();
    }

    private void checkAgainstLog(LogOracle oracle) {
        List<Profile> profiles = committed(Names.ACCOUNTS_SINK, ProfileCodec::decode);
        List<AuditEntry> audit = committed(Names.AUDIT_SINK, AuditCodec::decode);
        List<ThresholdAlert> alerts = committed(Names.ALERTS_SINK, AlertCodec::decode).stream()
                .map(ThresholdAlert.class::cast)
                .toList();
        oracle.assertDecisions(decisions(Decision.class));
        oracle.assertDeadLetters(deadLetters());
        oracle.assertSettlements(decisions(SettlementRecord.class));
        oracle.assertSettlementReplies(replies(SettlementReply.class));
        oracle.assertVerdicts(replies(Verdict.class));
        oracle.assertAlerts(alerts);
        oracle.assertMessages();
        for (long left = oracle.messages(); left > 0; left--) {
            world.coverage.count(Occurrence.WIDE_REQUEST);
        }
        for (long left = oracle.followers(); left > 0; left--) {
            world.coverage.count(Occurrence.WIDE_FOLLOWER);
        }
        oracle.assertProfiles(profiles, audit, replies(ProfileReply.class));
        oracle.assertBatches(decisions(BatchDecision.class), replies(BatchVerdict.class));
        oracle.assertLeases(
                decisions(LeaseRecord.class), replies(LeaseReply.class), decisions(LeaseReportRecord.class));
        alerts.forEach(alert -> world.coverage.count(Occurrence.ALERT));
        audit.stream()
                .filter(entry -> entry.action() instanceof AuditEntry.PenaltyChanged
                        || entry.action() instanceof AuditEntry.PenaltyLifted)
                .forEach(entry -> world.coverage.count(Occurrence.PENALTY));
    }

    private List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return cluster.committed().stream()
                .filter(output -> output.sink().equals(Names.DEAD_LETTERS_SINK))
                .map(output -> record(TopicCatalogue.DEAD_LETTERS, 0, output.key(), output.value(), output.headers()))
                .toList();
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                topic, partition, 0, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    /** The state after all crashes is that of the oracle, which never crashed. */
    private void checkState(LogOracle oracle) {
        List<ConsumerRecord<byte[], byte[]>> changelog = new ArrayList<>();
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            for (Change change : cluster.changelog(partition)) {
                changelog.add(record("changelog", partition, change.key().get(), change.value(), new RecordHeaders()));
            }
        }
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        oracle.assertPenaltyState(PenaltyEntries.latest(changelog));
        oracle.assertCreditState(CreditEntries.latest(changelog));
        Map<Integer, LogPosition> positions = LogPositions.latest(changelog);
        if (!positions.equals(oracle.positions())) {
            throw new AssertionError("the state is that of " + positions + ", the log ends at " + oracle.positions());
        }
    }

    private void checkGuarantees(LogOracle oracle) {
        DecisionHistory.of(decisions).assertGuarantees(oracle, Map.of(), World.IDEMPOTENCY_WINDOW_MILLIS);
        // The order of commits of several partitions is none; within a partition it is that of the log.
        Map<String, List<DecisionRecord>> byAccount = new HashMap<>();
        decisions.forEach(record -> byAccount
                .computeIfAbsent(accountOf(record), absent -> new ArrayList<>())
                .add(record));
        Callers.CALM_ACCOUNTS.forEach(account ->
                new NeverOverAdmit(RulesetSamples.BOUNDS).checkRecords(byAccount.getOrDefault(account, List.of())));
    }

    private static String accountOf(DecisionRecord record) {
        if (record instanceof Decision decision) {
            return decision.request().clientId().account();
        }
        if (record instanceof BatchDecision batch) {
            return batch.request().account();
        }
        if (record instanceof LeaseRecord lease) {
            return lease.request().clientId().account();
        }
        return record instanceof SettlementRecord end
                ? end.settlement().clientId().account()
                : ((LeaseReportRecord) record).clientId().account();
    }

    /** Whatever a caller was told, committed or not at that time, is what was committed for the same record. */
    private void checkReplies() {
        Map<String, Decision> byId = new HashMap<>();
        decisions(Decision.class).forEach(decision -> byId.put(decision.decisionId(), decision));
        for (Verdict verdict : replies(Verdict.class)) {
            VerdictDetails told = verdict.details();
            Decision decision = byId.get(verdict.decisionId());
            if (told == null || told.replayed()) {
                // What a key remembers, the oracle knows; a record that is read again may get a later answer of its
                // key.
                continue;
            }
            if (decision == null
                    || told.allowed() != decision.details().allowed()
                    || told.decidedAtMillis() != decision.details().decidedAtMillis()
                    || !told.limits().equals(decision.details().limits())) {
                throw new AssertionError("a caller was told " + verdict + ", but " + decision + " is committed");
            }
        }
    }

    /** Front ends spend what was debited and committed, once, and in time; and report what they did. */
    private void checkLocalAnswers() {
        Map<String, Long> left = new HashMap<>();
        decisions(LeaseRecord.class).forEach(lease -> left.put(lease.decisionId(), lease.granted()));
        decisions(Decision.class).stream()
                .filter(decision -> decision.granted() > 0)
                .forEach(decision -> left.put(decision.decisionId(), decision.granted()));
        Map<String, Long> spent = new HashMap<>();
        for (LocalAnswer answer : localAnswers) {
            if (!answer.fromLease() || !answer.allowed()) {
                continue;
            }
            Long before = left.get(answer.basis());
            if (before == null || before < answer.cost()) {
                throw new AssertionError(answer + " is out of a lease that has " + before + " left");
            }
            Long endMillis = leaseEndMillis.get(answer.basis());
            if (endMillis == null || answer.atMillis() >= endMillis) {
                throw new AssertionError(answer + " is out of a lease that ended at " + endMillis);
            }
            left.put(answer.basis(), before - answer.cost());
            spent.merge(answer.basis(), answer.cost(), Long::sum);
        }
        for (LeaseReportRecord report : decisions(LeaseReportRecord.class)) {
            String lease = report.leaseId();
            if (lease != null
                    && report.outcome() == LeaseReportRecord.Outcome.RETURNED
                    && report.spent() != spent.getOrDefault(lease, 0L)) {
                throw new AssertionError(report + ", but " + spent.get(lease) + " was spent");
            }
        }
    }

    private void count() {
        for (LeaseReportRecord report : decisions(LeaseReportRecord.class)) {
            world.coverage.count(
                    report.outcome() == LeaseReportRecord.Outcome.LATE
                            ? Occurrence.LEASE_LATE
                            : Occurrence.LEASE_REPORTED);
        }
        for (SettlementRecord end : decisions(SettlementRecord.class)) {
            if (end.settlement().outcome() == Settlement.Outcome.EXPIRED) {
                world.coverage.count(Occurrence.HOLD_EXPIRED);
            }
        }
    }
}
