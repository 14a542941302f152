package io.sluice.streams.admission;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.MessageAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Ends holds: those that have expired, and those that a client settles.
 *
 * <p>Each hold that ends leaves one record on the decision topic, in the transaction that ends it. The handler records
 * an expiry when it notices it, with the time at which the hold ended. Within an account that comes before everything
 * later.
 */
final class HoldHandler {
    private final int partition;
    private final Ledger ledger;
    private final WideMessages messages;
    private final Output output;
    private final AdmissionMetrics metrics;

    HoldHandler(int partition, Ledger ledger, WideMessages messages, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.messages = messages;
        this.output = output;
        this.metrics = metrics;
    }

    /** Ends the account's expired holds; null if there are none. */
    @Nullable Decided due(String account) {
        HoldResult.Due due = ledger.due(account, ledger.clockMillis());
        return due.changes() == null ? null : due(account, due, due.changes());
    }

    /**
     * The same between two records. Owners of wide buckets may be told only of what a record of the log brings about,
     * for every run of the log has to tell the same. So if any is concerned, nothing ends.
     */
    @Nullable Decided dueBetweenRecords(String account) {
        HoldResult.Due due = ledger.due(account, ledger.clockMillis());
        return due.changes() == null || due.hasEnds() ? null : due(account, due, due.changes());
    }

    /** Writes a record that ends the due holds of an account, as any of its records does. */
    void endByRecord(HoldKey lease, String clientId) {
        // A lease is no reservation, so this cancels nothing by itself.
        SettleRequest cancel = SettleRequest.cancel(
                new ClientId(clientId, lease.account()), new DecisionId(partition, lease.offset()));
        byte[] account = lease.account().getBytes(StandardCharsets.UTF_8);
        output.request(MessageAddress.unnumbered(partition, account), cancel);
    }

    private Decided due(String account, HoldResult.Due due, HoldResult.Settling changes) {
        messages.end(changes.ends());
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        for (HoldSettlement settlement : due.settlements()) {
            if (settlement.key().kind() == HoldKind.LEASE) {
                output.decision(key, EngineMapping.expiredLease(partition, settlement));
            } else {
                output.decision(key, fitting(settlement(settlement, /* replayed= */ false)));
            }
        }
        return new Decided(
                () -> ledger.apply(due),
                () -> due.settlements().forEach(settlement -> metrics.settled(settlement.outcome())));
    }

    /** The record of expired holds. It must not wait, so it lists no limits if they do not fit. */
    private static byte[] fitting(Settlement settlement) {
        byte[] whole = DecisionCodec.encode(new SettlementRecord(null, settlement));
        return OutputSize.fits(TopicCatalogue.DECISIONS, whole)
                ? whole
                : DecisionCodec.encode(new SettlementRecord(null, settlement.withoutLimits()));
    }

    private Settlement settlement(HoldSettlement settlement, boolean replayed) {
        return EngineMapping.settlement(partition, settlement, replayed);
    }

    /** Decides on a client's request to settle a hold. */
    Decided decide(SettleRequest request, RequestContext at) {
        HoldResult result = decide(request, at.nowMillis());
        if (result instanceof HoldResult.Ended ended) {
            Settlement settlement = settlement(ended.settlement(), /* replayed= */ false);
            output.decision(at.key(), new SettlementRecord(at.id().text(), settlement));
            reply(request, at, settlement, /* error= */ null);
            return new Decided(() -> ledger.apply(ended.changes()), () -> {
                metrics.settled(ended.settlement().outcome());
                metrics.uncharged(ended.settlement().uncharged());
            });
        }
        if (result instanceof HoldResult.Repeated repeated) {
            reply(request, at, settlement(repeated.settlement(), /* replayed= */ true), /* error= */ null);
            return Decided.counted(metrics::replayed);
        }
        reply(request, at, /* settlement= */ null, error(request, result));
        return Decided.NO_CHANGE;
    }

    /** Repeats the stored answer to a request that was decided before; returns whether there is one. */
    boolean repeats(SettleRequest request, RequestContext at) {
        if (!(decide(request, at.nowMillis()) instanceof HoldResult.Repeated repeated)) {
            return false;
        }
        reply(request, at, settlement(repeated.settlement(), /* replayed= */ true), /* error= */ null);
        return true;
    }

    private HoldResult decide(SettleRequest request, long nowMillis) {
        DecisionId id = request.holdId();
        if (id.partition() != partition) {
            return new HoldResult.NotFound();
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

    private static WireError error(SettleRequest request, HoldResult result) {
        return result instanceof HoldResult.AboveReservation above
                ? new WireError(
                        WireError.COMMIT_ABOVE_RESERVATION,
                        "cost",
                        request.cost() + " (expected: 0.." + above.reserved() + ")")
                : new WireError(
                        WireError.RESERVATION_NOT_FOUND,
                        request.verb().idField(),
                        request.holdId().text() + " (expected: what this client holds, not settled otherwise)");
    }

    private void reply(
            SettleRequest request, RequestContext at, @Nullable Settlement settlement, @Nullable WireError error) {
        ReplyAddress address = at.reply();
        if (address != null) {
            output.reply(
                    address,
                    new SettlementReply(address.correlationId(), at.id().text(), settlement, error),
                    request.clientId().text());
        }
    }
}
