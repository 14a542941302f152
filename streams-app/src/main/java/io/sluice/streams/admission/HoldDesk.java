package io.sluice.streams.admission;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldJudgement;
import io.sluice.engine.ledger.HoldKey;
import io.sluice.engine.ledger.HoldKind;
import io.sluice.engine.ledger.HoldOutcome;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The part of one partition's adapter that ends holds: those whose time is over, and those that a client settles.
 *
 * <p>Each hold that ends leaves one record on the decision topic, in the transaction that ends it. What expired is recorded
 * when it is noticed, with the moment at which it ended; within an account that is before everything that came later.
 */
final class HoldDesk {
    private final int partition;
    private final Ledger ledger;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;

    HoldDesk(int partition, Ledger ledger, ProcessorContext<Object, byte[]> context, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.context = context;
        this.metrics = metrics;
    }

    /** Ends what the account holds and whose time is over; comes before everything else that concerns the account. */
    void settleDue(String account) {
        long nowMillis = ledger.clockMillis();
        HoldJudgement.Due due = ledger.due(account, nowMillis);
        if (due.changes() == null) {
            return;
        }
        List<byte[]> encoded = new ArrayList<>(due.settlements().size());
        for (HoldSettlement settlement : due.settlements()) {
            encoded.add(
                    settlement.key().kind() == HoldKind.LEASE
                            ? DecisionCodec.encode(EngineMapping.expiredLease(partition, settlement))
                            : fitting(told(settlement, /* replayed= */ false)));
        }
        ledger.apply(due);
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        encoded.forEach(value -> context.forward(new Record<>(key, value, nowMillis), Names.DECISIONS_SINK));
        due.settlements().forEach(settlement -> metrics.settled(settlement.outcome()));
    }

    /** The record of what expired; that must not wait, so it tells no limits if they do not fit. */
    private static byte[] fitting(Settlement settlement) {
        byte[] whole = DecisionCodec.encode(new SettlementRecord(null, settlement));
        return OutputSize.fits(TopicCatalogue.DECISIONS, whole)
                ? whole
                : DecisionCodec.encode(new SettlementRecord(null, settlement.withoutLimits()));
    }

    private Settlement told(HoldSettlement settlement, boolean replayed) {
        return EngineMapping.settlement(partition, settlement, replayed);
    }

    /** Does what a client wants done with what it holds. */
    void settle(SettleRequest request, String decisionId, long nowMillis) {
        HoldJudgement judgement = decide(request, nowMillis);
        if (judgement instanceof HoldJudgement.Ended ended) {
            Settlement settlement = told(ended.settlement(), /* replayed= */ false);
            byte[] decision = OutputSize.checked(
                    TopicCatalogue.DECISIONS, DecisionCodec.encode(new SettlementRecord(decisionId, settlement)));
            byte[] reply = encodedReply(request, decisionId, settlement, null);
            ledger.apply(ended.changes());
            forward(request.reply(), reply, nowMillis);
            byte[] key = request.clientId().account().getBytes(StandardCharsets.UTF_8);
            context.forward(new Record<>(key, decision, nowMillis), Names.DECISIONS_SINK);
            metrics.settled(ended.settlement().outcome());
        } else if (judgement instanceof HoldJudgement.Repeated repeated) {
            Settlement settlement = told(repeated.settlement(), /* replayed= */ true);
            forward(request.reply(), encodedReply(request, decisionId, settlement, null), nowMillis);
            metrics.replayed();
        } else {
            forward(request.reply(), encodedReply(request, decisionId, null, error(request, judgement)), nowMillis);
        }
    }

    /** Repeats the answer to a request that was judged before, if it is remembered; returns whether it is. */
    boolean repeats(SettleRequest request, String decisionId, long nowMillis) {
        if (!(decide(request, nowMillis) instanceof HoldJudgement.Repeated repeated)) {
            return false;
        }
        Settlement settlement = told(repeated.settlement(), /* replayed= */ true);
        forward(request.reply(), encodedReply(request, decisionId, settlement, null), nowMillis);
        return true;
    }

    private HoldJudgement decide(SettleRequest request, long nowMillis) {
        HoldId id = request.holdId();
        if (id.partition() != partition) {
            return new HoldJudgement.NotFound();
        }
        boolean slots = request.verb() == SettleRequest.Verb.RELEASE;
        HoldKey key =
                new HoldKey(request.clientId().account(), slots ? HoldKind.SLOTS : HoldKind.RESERVATION, id.offset());
        HoldOutcome outcome = switch (request.verb()) {
            case COMMIT -> HoldOutcome.COMMITTED;
            case CANCEL -> HoldOutcome.CANCELLED;
            case RELEASE -> HoldOutcome.RELEASED;
        };
        return ledger.decide(new HoldAction(key, request.clientId().text(), outcome, request.cost()), nowMillis);
    }

    private static WireError error(SettleRequest request, HoldJudgement judgement) {
        return judgement instanceof HoldJudgement.AboveReservation above
                ? new WireError(
                        WireError.COMMIT_ABOVE_RESERVATION,
                        "cost",
                        request.cost() + " (expected: 0.." + above.reserved() + ")")
                : new WireError(
                        WireError.RESERVATION_NOT_FOUND,
                        request.verb().idField(),
                        request.holdId().text() + " (expected: what this client holds, not settled otherwise)");
    }

    private static byte @Nullable [] encodedReply(
            SettleRequest request, String decisionId, @Nullable Settlement settlement, @Nullable WireError error) {
        ReplyAddress address = request.reply();
        return address == null
                ? null
                : OutputSize.checked(
                        TopicCatalogue.REPLIES,
                        ReplyCodec.encode(
                                new SettlementReply(address.correlationId(), decisionId, settlement, error),
                                request.clientId().text()));
    }

    private void forward(@Nullable ReplyAddress address, byte @Nullable [] reply, long nowMillis) {
        if (address != null && reply != null) {
            context.forward(new Record<>((Object) address, reply, nowMillis), Names.REPLIES_SINK);
        }
    }
}
