package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.LeaseDemand;
import io.sluice.engine.ledger.LeaseResult;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.wide.WideEnd;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.RequestRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The leases of one request partition, decided again. */
final class LeaseReplay {
    final Map<String, ExpectedLease> leases = new LinkedHashMap<>();
    final Map<String, ExpectedLeaseReport> reports = new LinkedHashMap<>();
    /** What each open lease was charged, by its ID. */
    private final Map<String, Long> chargedById = new HashMap<>();

    private final int partition;
    private final Ledger ledger;
    private final PenaltyReplay penalties;
    private final Consumer<List<WideEnd>> ends;

    LeaseReplay(int partition, Ledger ledger, PenaltyReplay penalties, Consumer<List<WideEnd>> ends) {
        this.partition = partition;
        this.ledger = ledger;
        this.penalties = penalties;
        this.ends = ends;
    }

    void grant(String place, RequestRecord envelope, long nowMillis, long offset) {
        LeaseRequest request = (LeaseRequest) envelope.request();
        LeaseDemand ask = new LeaseDemand(
                RequestMapping.admission(request.admission()), request.prefetchTokens(), request.ttlMillis());
        LeaseResult result = ledger.decide(ask, nowMillis, offset);
        ledger.apply(result.decided());
        leases.put(place, new ExpectedLease(place, request, envelope.reply(), result));
        chargedById.put(place, result.decided().outcome().charged());
    }

    /** Notes the lease beside a verdict, if there is one. */
    void lent(ExpectedOutcome verdict) {
        if (verdict.lent() != null) {
            chargedById.put(verdict.decisionId(), verdict.charged());
        }
    }

    /** Takes the reports of one record in their order; returns whether all of them can be true. */
    boolean report(String place, List<LeaseReport> reports, long nowMillis) {
        for (LeaseReport report : reports) {
            if (result(report, nowMillis) instanceof HoldResult.AboveReservation) {
                return false;
            }
        }
        for (int entry = 0; entry < reports.size(); entry++) {
            report(place, entry, reports.get(entry), nowMillis);
        }
        return true;
    }

    private HoldResult result(LeaseReport report, long nowMillis) {
        DecisionId leaseId = report.leaseId();
        return leaseId != null && leaseId.partition() == partition
                ? ledger.decide(action(report, leaseId), nowMillis)
                : new HoldResult.NotFound();
    }

    private void report(String place, int entry, LeaseReport report, long nowMillis) {
        DecisionId leaseId = report.leaseId();
        if (leaseId == null) {
            expect(told(place, entry, report, LeaseReportRecord.Outcome.NONE, new Amounts(0, 0), nowMillis));
            return;
        }
        HoldResult result = result(report, nowMillis);
        if (result instanceof HoldResult.Ended ended) {
            ledger.apply(ended.changes());
            ends.accept(ended.changes().ends());
            long granted = ended.settlement().reserved();
            expect(told(
                    place,
                    entry,
                    report,
                    LeaseReportRecord.Outcome.RETURNED,
                    new Amounts(granted, charged(ended)),
                    nowMillis));
        } else {
            // A repeated report was counted the first time.
            LeaseReport counted = result instanceof HoldResult.Repeated
                    ? new LeaseReport(report.admission(), leaseId, report.spentTokens(), 0, 0)
                    : report;
            Amounts amounts = new Amounts(report.spentTokens(), 0);
            expect(told(place, entry, counted, LeaseReportRecord.Outcome.LATE, amounts, nowMillis));
        }
    }

    /**
     * The tokens that a lease was granted, and the charge at its end: nothing, or a negative number for tokens given
     * back.
     */
    private record Amounts(long granted, long charged) {}

    /** Only where the lease itself charged anything, and an enforced limit can still take it back. */
    private long charged(HoldResult.Ended ended) {
        Long charged =
                chargedById.remove(partition + "-" + ended.settlement().key().offset());
        boolean wasCharged = charged != null && charged > 0;
        boolean givesBack = ended.settlement().returnsWide()
                || ended.settlement().limits().stream().anyMatch(LimitOutcome::enforced);
        return wasCharged && givesBack
                ? ended.settlement().cost() - ended.settlement().reserved()
                : 0;
    }

    private static HoldAction action(LeaseReport report, DecisionId leaseId) {
        ClientId client = report.admission().clientId();
        HoldKey key = new HoldKey(client.account(), HoldKind.LEASE, leaseId.offset());
        return new HoldAction(key, client.text(), HoldOutcome.RETURNED, report.spentTokens());
    }

    private ExpectedLeaseReport told(
            String place,
            int entry,
            LeaseReport report,
            LeaseReportRecord.Outcome outcome,
            Amounts amounts,
            long nowMillis) {
        penalties.denied(RequestMapping.admission(report.admission()), report.denied(), nowMillis);
        DecisionId leaseId = report.leaseId();
        LeaseReportRecord record = new LeaseReportRecord(
                place,
                outcome,
                report.admission().clientId(),
                leaseId == null ? null : leaseId.text(),
                amounts.granted(),
                report.spentTokens(),
                amounts.charged(),
                nowMillis,
                ledger.timeline().active().revision(),
                report);
        return new ExpectedLeaseReport(record.at(entry), true);
    }

    /** A lease without a report in time. */
    void expired(HoldSettlement settlement, boolean noticed) {
        ClientId client =
                new ClientId(settlement.clientId(), settlement.clientId().split("/", -1)[0]);
        LeaseReportRecord record = new LeaseReportRecord(
                null,
                LeaseReportRecord.Outcome.EXPIRED,
                client,
                partition + "-" + settlement.key().offset(),
                settlement.reserved(),
                settlement.reserved(),
                /* charged= */ 0,
                settlement.atMillis(),
                settlement.revision(),
                null);
        expect(new ExpectedLeaseReport(record, noticed));
    }

    private void expect(ExpectedLeaseReport report) {
        reports.put(report.name(), report);
    }
}
