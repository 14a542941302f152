package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldJudgement;
import io.sluice.engine.ledger.HoldKey;
import io.sluice.engine.ledger.HoldKind;
import io.sluice.engine.ledger.HoldOutcome;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.LeaseAsk;
import io.sluice.engine.ledger.LeaseJudgement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.schemas.reply.TallyRecord;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Tally;
import java.util.LinkedHashMap;
import java.util.Map;

/** The leases of one request partition, judged again. */
final class LeaseReplay {
    final Map<String, ExpectedLease> leases = new LinkedHashMap<>();
    final Map<String, ExpectedTally> tallies = new LinkedHashMap<>();

    private final int partition;
    private final Ledger ledger;

    LeaseReplay(int partition, Ledger ledger) {
        this.partition = partition;
        this.ledger = ledger;
    }

    void grant(String place, RequestRecord envelope, long nowMillis, long offset) {
        LeaseRequest request = (LeaseRequest) envelope.request();
        LeaseAsk ask =
                new LeaseAsk(EngineTerms.admission(request.question()), request.aheadTokens(), request.ttlMillis());
        LeaseJudgement judgement = ledger.decide(ask, nowMillis, offset);
        ledger.apply(judgement.decided());
        leases.put(place, new ExpectedLease(place, request, envelope.reply(), judgement));
    }

    /** Returns whether it can be true. */
    boolean tally(String place, Tally tally, long nowMillis) {
        HoldId leaseId = tally.leaseId();
        if (leaseId == null) {
            expect(told(place, tally, TallyRecord.Outcome.NONE, new Amounts(0, 0), nowMillis));
            return true;
        }
        HoldJudgement judgement = leaseId.partition() == partition
                ? ledger.decide(action(tally, leaseId), nowMillis)
                : new HoldJudgement.NotFound();
        if (judgement instanceof HoldJudgement.AboveReservation) {
            return false;
        }
        if (judgement instanceof HoldJudgement.Ended ended) {
            ledger.apply(ended.changes());
            long granted = ended.settlement().reserved();
            expect(told(place, tally, TallyRecord.Outcome.RETURNED, new Amounts(granted, charged(ended)), nowMillis));
        } else {
            // Told twice, it was counted the first time.
            Tally counted = judgement instanceof HoldJudgement.Repeated
                    ? new Tally(tally.question(), leaseId, tally.spentTokens(), 0, 0)
                    : tally;
            Amounts amounts = new Amounts(tally.spentTokens(), 0);
            expect(told(place, counted, TallyRecord.Outcome.LATE, amounts, nowMillis));
        }
        return true;
    }

    /** What a lease had granted, and what its end charged: nothing, or a negative number for what went back. */
    private record Amounts(long granted, long charged) {}

    /** Only where the lease itself charged anything. */
    private long charged(HoldJudgement.Ended ended) {
        ExpectedLease lease =
                leases.get(partition + "-" + ended.settlement().key().offset());
        boolean wasCharged =
                lease != null && lease.judgement().decided().outcome().charged() > 0;
        return wasCharged ? ended.settlement().cost() - ended.settlement().reserved() : 0;
    }

    private static HoldAction action(Tally tally, HoldId leaseId) {
        ClientId client = tally.question().clientId();
        HoldKey key = new HoldKey(client.account(), HoldKind.LEASE, leaseId.offset());
        return new HoldAction(key, client.text(), HoldOutcome.RETURNED, tally.spentTokens());
    }

    private ExpectedTally told(
            String place, Tally tally, TallyRecord.Outcome outcome, Amounts amounts, long nowMillis) {
        HoldId leaseId = tally.leaseId();
        TallyRecord record = new TallyRecord(
                place,
                outcome,
                tally.question().clientId(),
                leaseId == null ? null : leaseId.text(),
                amounts.granted(),
                tally.spentTokens(),
                amounts.charged(),
                nowMillis,
                ledger.timeline().active().revision(),
                tally);
        return new ExpectedTally(record, true);
    }

    /** A lease of which nobody told anything in time. */
    void expired(HoldSettlement settlement, boolean noticed) {
        ClientId client =
                new ClientId(settlement.clientId(), settlement.clientId().split("/", -1)[0]);
        TallyRecord record = new TallyRecord(
                null,
                TallyRecord.Outcome.EXPIRED,
                client,
                partition + "-" + settlement.key().offset(),
                settlement.reserved(),
                settlement.reserved(),
                /* charged= */ 0,
                settlement.atMillis(),
                settlement.revision(),
                null);
        expect(new ExpectedTally(record, noticed));
    }

    private void expect(ExpectedTally tally) {
        tallies.put(tally.name(), tally);
    }
}
