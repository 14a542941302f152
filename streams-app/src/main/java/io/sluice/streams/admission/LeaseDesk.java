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
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.TallyRecord;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Tally;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The part of one partition's adapter that lends tokens to front ends, and hears what they did with them.
 *
 * <p>A lease leaves two records on the decision topic, of one ID: what was granted, and what became of it. Between the two
 * what its limits show as taken may not have been spent yet.
 */
final class LeaseDesk {
    private final int partition;
    private final Ledger ledger;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;
    private final AlertDesk alerts;

    LeaseDesk(int partition, Ledger ledger, ProcessorContext<Object, byte[]> context, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.context = context;
        this.metrics = metrics;
        this.alerts = new AlertDesk(context, metrics);
    }

    /** Grants a lease, or refuses it; the account's due holds have been ended before. */
    void grant(LeaseRequest request, long offset, long nowMillis) {
        AdmissionRequest question = request.question();
        String account = question.clientId().account();
        LeaseAsk ask = new LeaseAsk(EngineMapping.admission(question), request.aheadTokens(), request.ttlMillis());
        LeaseJudgement judgement = ledger.decide(ask, nowMillis, offset);
        Judged judged = EngineMapping.judged(
                judgement.decided().outcome(), /* replayed= */ false, partition, /* maxWaitMillis= */ 0);
        String decisionId = partition + "-" + offset;
        byte[] decision = OutputSize.checked(
                TopicCatalogue.DECISIONS,
                DecisionCodec.encode(new LeaseRecord(
                        decisionId,
                        request,
                        judgement.tokens(),
                        judgement.decided().outcome().charged(),
                        judged)));
        ReplyAddress address = request.reply();
        byte[] reply = address == null
                ? null
                : OutputSize.checked(
                        TopicCatalogue.REPLIES,
                        ReplyCodec.encode(
                                new LeaseReply(
                                        address.correlationId(),
                                        decisionId,
                                        judgement.tokens(),
                                        judgement.ttlMillis(),
                                        judged),
                                question.clientId().text()));
        List<byte[]> encodedAlerts = AlertDesk.encoded(judgement.decided(), decisionId, account);

        ledger.apply(judgement.decided());
        if (address != null && reply != null) {
            context.forward(new Record<>((Object) address, reply, nowMillis), Names.REPLIES_SINK);
        }
        context.forward(new Record<>((Object) key(account), decision, nowMillis), Names.DECISIONS_SINK);
        alerts.send(encodedAlerts, nowMillis);
        metrics.leased(judgement.decided().outcome().reason(), judgement.tokens());
    }

    /**
     * Ends a lease, and counts what a front end answered by itself; the account's due holds have been ended before.
     *
     * @return whether it can be true: false, and nothing is done, if more was spent than granted
     */
    boolean tally(Tally tally, String decisionId, long nowMillis) {
        HoldId leaseId = tally.leaseId();
        if (leaseId == null) {
            record(tally, decisionId, new End(TallyRecord.Outcome.NONE, 0, 0, nowMillis, revision()));
            return true;
        }
        HoldJudgement judgement = decide(tally, leaseId, nowMillis);
        if (judgement instanceof HoldJudgement.AboveReservation) {
            return false;
        }
        if (judgement instanceof HoldJudgement.Ended ended) {
            long granted = ended.settlement().reserved();
            End end =
                    new End(TallyRecord.Outcome.RETURNED, granted, charged(ended.settlement()), nowMillis, revision());
            byte[] record = encoded(tally, decisionId, end);
            ledger.apply(ended.changes());
            metrics.settled(HoldOutcome.RETURNED);
            forward(tally, record, nowMillis);
        } else {
            Tally counted = judgement instanceof HoldJudgement.Repeated ? uncounted(tally) : tally;
            End end = new End(TallyRecord.Outcome.LATE, tally.spentTokens(), 0, nowMillis, revision());
            record(counted, decisionId, end);
        }
        return true;
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
        String clientId = tally.question().clientId().text();
        HoldKey key = new HoldKey(tally.question().clientId().account(), HoldKind.LEASE, leaseId.offset());
        return ledger.decide(new HoldAction(key, clientId, HoldOutcome.RETURNED, tally.spentTokens()), nowMillis);
    }

    private long revision() {
        return ledger.timeline().active().revision();
    }

    /** How a lease ended, if there was one. */
    private record End(TallyRecord.Outcome outcome, long granted, long charged, long atMillis, long revision) {}

    private void record(Tally tally, String decisionId, End end) {
        forward(tally, encoded(tally, decisionId, end), end.atMillis());
    }

    private static byte[] encoded(Tally tally, String decisionId, End end) {
        HoldId leaseId = tally.leaseId();
        TallyRecord record = new TallyRecord(
                decisionId,
                end.outcome(),
                tally.question().clientId(),
                leaseId == null ? null : leaseId.text(),
                end.granted(),
                tally.spentTokens(),
                end.charged(),
                end.atMillis(),
                end.revision(),
                tally);
        return OutputSize.checked(TopicCatalogue.DECISIONS, DecisionCodec.encode(record));
    }

    private void forward(Tally tally, byte[] record, long nowMillis) {
        byte[] key = key(tally.question().clientId().account());
        context.forward(new Record<>((Object) key, record, nowMillis), Names.DECISIONS_SINK);
        metrics.answeredLocally(tally.allowed(), tally.denied());
    }

    private static byte[] key(String account) {
        return account.getBytes(StandardCharsets.UTF_8);
    }
}
