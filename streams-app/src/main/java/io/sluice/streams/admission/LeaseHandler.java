package io.sluice.streams.admission;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.LeaseDemand;
import io.sluice.engine.ledger.LeaseResult;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.PenaltyChange;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lends tokens to front ends, and handles their lease reports.
 *
 * <p>A lease leaves two records on the decision topic, with one ID: the grant, and how the lease ended. Between the
 * two, tokens that its limits show as taken may not have been spent yet.
 */
final class LeaseHandler {
    private final int partition;
    private final Ledger ledger;
    private final WideMessages messages;
    private final Output output;
    private final AdmissionMetrics metrics;
    private final PenaltyHandler penalties;
    private final TrafficLabels labels;

    LeaseHandler(int partition, Ledger ledger, WideMessages messages, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.messages = messages;
        this.output = output;
        this.metrics = metrics;
        this.penalties = new PenaltyHandler(ledger, output, metrics);
        this.labels = new TrafficLabels(ledger);
    }

    /** Grants a lease, or refuses it. */
    Decided decide(LeaseRequest request, RequestContext at) {
        LeaseDemand demand = new LeaseDemand(
                EngineMapping.admission(request.admission()), request.prefetchTokens(), request.ttlMillis());
        LeaseResult result = ledger.decide(demand, at.nowMillis(), at.id().offset());
        Outcome outcome = result.decided().outcome();
        VerdictDetails details = EngineMapping.details(outcome, /* replayed= */ false, partition);
        String decisionId = at.id().text();
        VerdictDetails labelled = details.toBuilder()
                .routeTemplate(labels.routeTemplate(outcome.limits()))
                .build();
        output.decision(at.key(), new LeaseRecord(decisionId, request, result.tokens(), outcome.charged(), labelled));
        ReplyAddress address = at.reply();
        if (address != null) {
            output.reply(
                    address,
                    new LeaseReply(address.correlationId(), decisionId, result.tokens(), result.ttlMillis(), details),
                    request.clientId().text());
        }
        output.alerts(result.decided(), decisionId, request.clientId().account());
        return new Decided(
                () -> ledger.apply(result.decided()), () -> metrics.leased(outcome.reason(), result.tokens()));
    }

    /**
     * Ends a lease, and counts the requests that a front end answered by itself.
     *
     * @param entry the number of the report in its record
     * @throws RejectedRequestException if more was spent than granted, which cannot be true
     */
    Decided decide(LeaseReport report, int entry, RequestContext at) throws RejectedRequestException {
        DecisionId leaseId = report.leaseId();
        if (leaseId == null) {
            return recorded(report, at, new End(entry, LeaseReportRecord.Outcome.NONE, 0, 0, /* returning= */ null));
        }
        HoldResult result = decide(report, leaseId, at.nowMillis());
        if (result instanceof HoldResult.AboveReservation) {
            throw untrue("spent", report);
        }
        if (result instanceof HoldResult.Ended ended) {
            messages.end(ended.changes().ends());
            long granted = ended.settlement().reserved();
            Decided recorded = recorded(
                    report,
                    at,
                    new End(
                            entry,
                            LeaseReportRecord.Outcome.RETURNED,
                            granted,
                            charged(ended.settlement()),
                            ended.settlement().limits()));
            return new Decided(
                    () -> {
                        ledger.apply(ended.changes());
                        recorded.change().run();
                    },
                    () -> {
                        metrics.settled(HoldOutcome.RETURNED);
                        recorded.count().run();
                    });
        }
        LeaseReport counted = result instanceof HoldResult.Repeated ? uncounted(report) : report;
        return recorded(counted, at, new End(entry, LeaseReportRecord.Outcome.LATE, report.spentTokens(), 0, null));
    }

    /**
     * Refuses reports of which one cannot be true, before any of them changes anything.
     *
     * @throws RejectedRequestException if more was spent than granted
     */
    void requireTrue(List<LeaseReport> reports, long nowMillis) throws RejectedRequestException {
        for (int i = 0; i < reports.size(); i++) {
            LeaseReport report = reports.get(i);
            DecisionId leaseId = report.leaseId();
            if (leaseId != null && decide(report, leaseId, nowMillis) instanceof HoldResult.AboveReservation) {
                throw untrue(LeaseReports.NAME + "[" + i + "].spent", report);
            }
        }
    }

    private static RejectedRequestException untrue(String field, LeaseReport report) {
        return new RejectedRequestException(
                DeadLetterReason.INVALID_REPORT,
                field,
                report.spentTokens() + " (expected: at most what the lease granted)");
    }

    /** A repeated report: its requests were counted the first time. */
    private static LeaseReport uncounted(LeaseReport report) {
        return new LeaseReport(
                report.admission(), report.leaseId(), report.spentTokens(), /* allowed= */ 0, /* denied= */ 0);
    }

    /** The tokens that go back, as a negative number; a lease that charged no enforced limit gives back nothing. */
    private static long charged(HoldSettlement settlement) {
        return settlement.returnsCharged() ? settlement.cost() - settlement.reserved() : 0;
    }

    private HoldResult decide(LeaseReport report, DecisionId leaseId, long nowMillis) {
        if (leaseId.partition() != partition) {
            return new HoldResult.NotFound();
        }
        String clientId = report.clientId().text();
        HoldKey key = new HoldKey(report.clientId().account(), HoldKind.LEASE, leaseId.offset());
        return ledger.decide(new HoldAction(key, clientId, HoldOutcome.RETURNED, report.spentTokens()), nowMillis);
    }

    /** How a lease ended, if there was one. */
    private record End(
            int entry,
            LeaseReportRecord.Outcome outcome,
            long granted,
            long charged,
            @Nullable List<LimitOutcome> returning) {}

    /** Records a front end's report; changes nothing by itself. */
    private Decided recorded(LeaseReport report, RequestContext at, End end) {
        DecisionId leaseId = report.leaseId();
        output.decision(
                at.key(),
                new LeaseReportRecord(
                        at.id().text(),
                        end.outcome(),
                        report.clientId(),
                        leaseId == null ? null : leaseId.text(),
                        end.granted(),
                        report.spentTokens(),
                        end.charged(),
                        at.nowMillis(),
                        ledger.timeline().active().revision(),
                        report,
                        labels.traffic(report, end.returning()),
                        end.entry()));
        PenaltyChange denied =
                ledger.reported(EngineMapping.admission(report.admission()), report.denied(), at.nowMillis());
        return penalties.reported(
                Decided.counted(() -> metrics.answeredLocally(report.allowed(), report.denied())),
                denied,
                at.id().offset());
    }
}
