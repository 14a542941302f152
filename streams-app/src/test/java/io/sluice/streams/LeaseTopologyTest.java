package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.testkit.gen.AccountCommandSamples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases over the topology, on real RocksDB: granted, told, expired, revoked. */
final class LeaseTopologyTest extends TopologyTest {
    private static final String RULES = "{\"limits\":[{\"id\":\"tokens\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1d\"},\"burst\":1000,\"alertAt\":[\"20%\"]}]}";
    private static final long TTL = 1_000;

    @BeforeEach
    void activate() throws Exception {
        topology.activate(1, RULES);
        topology.revocations();
    }

    private static AdmissionRequest.Builder nothing() {
        return AdmissionRequest.of("acme/a").cost(0);
    }

    private static LeaseReport told(String leaseId, long spent, long allowed, long denied) throws WireException {
        DecisionId id = leaseId == null ? null : DecisionId.parse("leaseId", leaseId);
        return LeaseReport.checked(nothing().build(), id, spent, allowed, denied);
    }

    private long left() throws WireException {
        List<LimitStatus> limits = topology.ask(nothing()).details().limits();
        topology.decisionRecords();
        return limits.get(0).remaining();
    }

    @Test
    void shouldRecordGrantAndEnd_whenALeaseIsReturned() throws Exception {
        // When
        LeaseReply lease = topology.lease(nothing(), 200, TTL);
        topology.advance(100);
        topology.tell(told(lease.decisionId(), 150, 140, 3));

        // Then
        assertThat(lease.tokens()).isEqualTo(200);
        assertThat(lease.ttlMillis()).isEqualTo(TTL);
        assertThat(lease.details().limits()).extracting(LimitStatus::remaining).containsExactly(800L);
        List<DecisionRecord> records = topology.decisionRecords();
        assertThat(records).hasSize(2);
        LeaseRecord granted = (LeaseRecord) records.get(0);
        assertThat(granted.decisionId()).isEqualTo("0-1");
        assertThat(granted.charged()).isEqualTo(200);
        LeaseReportRecord end = (LeaseReportRecord) records.get(1);
        assertThat(end.outcome()).isEqualTo(LeaseReportRecord.Outcome.RETURNED);
        assertThat(end.leaseId()).isEqualTo("0-1");
        assertThat(end.granted()).isEqualTo(200);
        assertThat(end.returned()).isEqualTo(50);
        assertThat(end.told()).isEqualTo(told("0-1", 150, 140, 3));
        assertThat(left()).isEqualTo(850);
        assertThat(topology.alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.decisionId()).isEqualTo("0-1"));
    }

    @Test
    void shouldLendBesideTheVerdict_whenTheFrontEndTakesLeases() throws Exception {
        // When
        Verdict verdict = topology.ask(AdmissionRequest.of("acme/a").cost(2).lease(new LeaseTerms(10, TTL)));
        topology.tell(told(verdict.decisionId(), 4, 3, 0));
        Verdict plain = topology.ask(AdmissionRequest.of("acme/a").cost(2));

        // Then: the verdict is that of any caller, and its record says what was lent
        assertThat(verdict.lease()).isEqualTo(new LeaseTerms(10, TTL));
        assertThat(verdict.details().limits())
                .extracting(LimitStatus::remaining)
                .containsExactly(998L);
        assertThat(plain.lease()).isNull();
        List<DecisionRecord> records = topology.decisionRecords();
        Decision decision = (Decision) records.get(0);
        assertThat(decision.charged()).isEqualTo(12);
        assertThat(decision.allowed()).isEqualTo(1);
        assertThat(decision.lent()).isEqualTo(new LeaseTerms(10, TTL));
        LeaseReportRecord end = (LeaseReportRecord) records.get(1);
        assertThat(end.leaseId()).isEqualTo(decision.decisionId());
        assertThat(end.charged()).isEqualTo(-6);
        assertThat(left()).isEqualTo(1_000 - 2 - 4 - 2);
    }

    @Test
    void shouldCountReportsInTheirOrder_whenSeveralAreInOneRecord() throws Exception {
        // Given
        LeaseReply first = topology.lease(nothing(), 200, TTL);
        LeaseReply second = topology.lease(nothing(), 100, TTL);
        topology.decisionRecords();

        // When
        topology.tell(new LeaseReports(List.of(
                told(first.decisionId(), 150, 140, 0), told(null, 0, 0, 7), told(second.decisionId(), 1, 1, 2))));

        // Then
        List<LeaseReportRecord> ends = topology.decisionRecords().stream()
                .map(LeaseReportRecord.class::cast)
                .toList();
        assertThat(ends).extracting(LeaseReportRecord::decisionId).containsOnly("0-3");
        assertThat(ends).extracting(LeaseReportRecord::entry).containsExactly(0, 1, 2);
        assertThat(ends).extracting(LeaseReportRecord::allowed).containsExactly(140L, 0L, 1L);
        assertThat(ends).extracting(LeaseReportRecord::denied).containsExactly(0L, 7L, 2L);
        assertThat(left()).isEqualTo(1_000 - 150 - 1);
    }

    @Test
    void shouldCountNone_whenOneOfSeveralReportsCannotBeTrue() throws Exception {
        // Given
        LeaseReply lease = topology.lease(nothing(), 200, TTL);
        topology.decisionRecords();

        // When
        topology.tell(new LeaseReports(List.of(told(null, 0, 0, 7), told(lease.decisionId(), 201, 1, 0))));

        // Then
        assertThat(topology.deadLetters()).hasSize(1);
        assertThat(topology.decisionRecords()).isEmpty();
        assertThat(left()).isEqualTo(800);
    }

    @Test
    void shouldSpendAllOfIt_whenNobodyTellsInTime() throws Exception {
        // Given
        LeaseReply lease = topology.lease(nothing(), 200, TTL);
        topology.decisionRecords();

        // When
        topology.advance(TTL);
        topology.sweep();
        topology.tell(told(lease.decisionId(), 10, 10, 0));

        // Then
        List<DecisionRecord> records = topology.decisionRecords();
        assertThat(records)
                .extracting(record -> ((LeaseReportRecord) record).outcome())
                .containsExactly(LeaseReportRecord.Outcome.EXPIRED, LeaseReportRecord.Outcome.LATE);
        LeaseReportRecord expired = (LeaseReportRecord) records.get(0);
        assertThat(expired.decisionId()).isNull();
        assertThat(expired.spent()).isEqualTo(200);
        assertThat(expired.decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + TTL);
        assertThat(((LeaseReportRecord) records.get(1)).returned()).isZero();
        assertThat(left()).isEqualTo(800);
    }

    @Test
    void shouldDeadLetter_whenMoreIsToldThanWasLent() throws Exception {
        // Given
        LeaseReply lease = topology.lease(nothing(), 200, TTL);

        // When
        topology.tell(told(lease.decisionId(), 201, 1, 0));

        // Then
        assertThat(topology.deadLetters()).singleElement().satisfies(deadLetter -> {
            Header reason = deadLetter.headers().lastHeader("sluice.reason");
            assertThat(new String(reason.value(), StandardCharsets.UTF_8)).isEqualTo("invalid-lease-report");
        });
        assertThat(left()).isEqualTo(800);
    }

    @Test
    void shouldCountDenials_whenThereIsNoLease() throws Exception {
        // When
        topology.tell(told(null, 0, 0, 17));

        // Then
        LeaseReportRecord record =
                (LeaseReportRecord) topology.decisionRecords().get(0);
        assertThat(record.outcome()).isEqualTo(LeaseReportRecord.Outcome.NONE);
        assertThat(record.told().denied()).isEqualTo(17);
        assertThat(topology.registry
                        .get("sluice.local.answers")
                        .tag("verdict", "deny")
                        .counter()
                        .count())
                .isEqualTo(17);
    }

    @Test
    void shouldRefuse_whenALimitIsExact() throws Exception {
        // Given
        topology.activate(2, RULES.replace("\"burst\"", "\"exact\":true,\"burst\""));
        topology.revocations();

        // When
        LeaseReply lease = topology.lease(nothing(), 200, TTL);

        // Then
        assertThat(lease.tokens()).isZero();
        assertThat(lease.details().reasonCode()).isEqualTo("not-leasable");
        assertThat(topology.decisionRecords()).singleElement().isInstanceOf(LeaseRecord.class);
    }

    @Test
    void shouldTellEveryReplyPartition_whenRulesOrAnAccountChange() throws Exception {
        // When
        topology.activate(2, RULES);

        // Then
        assertThat(topology.revocations())
                .hasSize(TopologyFixture.REPLY_PARTITIONS)
                .containsOnly(new Revocation(0, 1, null));

        // When
        AccountCommand command = AccountCommandSamples.of("acme", 0, new AccountCommand.Reset(null, null));
        topology.change(command);
        topology.activate(2, RULES);

        // Then
        assertThat(topology.revocations())
                .hasSize(TopologyFixture.REPLY_PARTITIONS)
                .containsOnly(new Revocation(0, 2, "acme"));
    }
}
