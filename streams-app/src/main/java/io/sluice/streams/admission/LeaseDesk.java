package io.sluice.streams.admission;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldJudgement;
import io.sluice.engine.ledger.HoldKey;
import io.sluice.engine.ledger.HoldKind;
import io.sluice.engine.ledger.HoldOutcome;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.LeaseAsk;
import io.sluice.engine.ledger.LeaseJudgement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LimitOutcome;
import io.sluice.engine.ledger.Outcome;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.TallyRecord;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Tally;

/**
 * Lends tokens to front ends, and hears what they did with them.
 *
 * <p>A lease leaves two records on the decision topic, of one ID: what was granted, and what became of it. Between the two
 * what its limits show as taken may not have been spent yet.
 */
final class LeaseDesk {
    private final int partition;
    private final Ledger ledger;
    private final Output output;
    private final AdmissionMetrics metrics;

    LeaseDesk(int partition, Ledger ledger, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.output = output;
        this.metrics = metrics;
    }

    /** Grants a lease, or refuses it. */
    Decided decide(LeaseRequest request, RequestContext at) {
        LeaseAsk ask =
                new LeaseAsk(EngineMapping.admission(request.question()), request.aheadTokens(), request.ttlMillis());
        LeaseJudgement judgement = ledger.decide(ask, at.nowMillis(), at.id().offset());
        Outcome outcome = judgement.decided().outcome();
        Judged judged = EngineMapping.judged(outcome, /* replayed= */ false, partition);
        String decisionId = at.id().text();
        output.decision(at.key(), new LeaseRecord(decisionId, request, judgement.tokens(), outcome.charged(), judged));
        ReplyAddress address = at.reply();
        if (address != null) {
            output.reply(
                    address,
                    new LeaseReply(
                            address.correlationId(), decisionId, judgement.tokens(), judgement.ttlMillis(), judged),
                    request.clientId().text());
        }
        output.alerts(judgement.decided(), decisionId, request.clientId().account());
        return new Decided(
                () -> ledger.apply(judgement.decided()), () -> metrics.leased(outcome.reason(), judgement.tokens()));
    }

    /**
     * Ends a lease, and counts what a front end answered by itself.
     *
     * @throws RefusedException if more was spent than granted, which cannot be true
     */
    Decided decide(Tally tally, RequestContext at) throws RefusedException {
        HoldId leaseId = tally.leaseId();
        if (leaseId == null) {
            return recorded(tally, at, new End(TallyRecord.Outcome.NONE, 0, 0));
        }
        HoldJudgement judgement = decide(tally, leaseId, at.nowMillis());
        if (judgement instanceof HoldJudgement.AboveReservation) {
            throw new RefusedException(
                    DeadLetterReason.INVALID_TALLY,
                    "spent",
                    tally.spentTokens() + " (expected: at most what the lease granted)");
        }
        if (judgement instanceof HoldJudgement.Ended ended) {
            long granted = ended.settlement().reserved();
            Decided recorded =
                    recorded(tally, at, new End(TallyRecord.Outcome.RETURNED, granted, charged(ended.settlement())));
            return new Decided(() -> ledger.apply(ended.changes()), () -> {
                metrics.settled(HoldOutcome.RETURNED);
                recorded.count().run();
            });
        }
        Tally counted = judgement instanceof HoldJudgement.Repeated ? uncounted(tally) : tally;
        return recorded(counted, at, new End(TallyRecord.Outcome.LATE, tally.spentTokens(), 0));
    }

    /** What was told before was counted then. */
    private static Tally uncounted(Tally tally) {
        return new Tally(tally.question(), tally.leaseId(), tally.spentTokens(), /* allowed= */ 0, /* denied= */ 0);
    }

    /** What goes back, as a negative number; a lease that no enforced limit was charged for gives back nothing. */
    private static long charged(HoldSettlement settlement) {
        boolean wasCharged = settlement.limits().stream().anyMatch(LimitOutcome::enforced);
        return wasCharged ? settlement.cost() - settlement.reserved() : 0;
    }

    private HoldJudgement decide(Tally tally, HoldId leaseId, long nowMillis) {
        if (leaseId.partition() != partition) {
            return new HoldJudgement.NotFound();
        }
        String clientId = tally.clientId().text();
        HoldKey key = new HoldKey(tally.clientId().account(), HoldKind.LEASE, leaseId.offset());
        return ledger.decide(new HoldAction(key, clientId, HoldOutcome.RETURNED, tally.spentTokens()), nowMillis);
    }

    /** How a lease ended, if there was one. */
    private record End(TallyRecord.Outcome outcome, long granted, long charged) {}

    /** Records what a front end told; changes nothing by itself. */
    private Decided recorded(Tally tally, RequestContext at, End end) {
        HoldId leaseId = tally.leaseId();
        output.decision(
                at.key(),
                new TallyRecord(
                        at.id().text(),
                        end.outcome(),
                        tally.clientId(),
                        leaseId == null ? null : leaseId.text(),
                        end.granted(),
                        tally.spentTokens(),
                        end.charged(),
                        at.nowMillis(),
                        ledger.timeline().active().revision(),
                        tally));
        return Decided.counted(() -> metrics.answeredLocally(tally.allowed(), tally.denied()));
    }
}
