package io.sluice.streams.admission;

import io.sluice.engine.ledger.WideCharge;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.ledger.WideLedger.Ending;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.WideTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides messages between request partitions: visits to wide buckets that this one owns, requests of its accounts that
 * come back from such visits, and the ends of its vouchers.
 */
final class WideHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WideHandler.class);

    private final int partition;
    private final int requestPartitions;
    private final int replyPartitions;
    private final @Nullable MessageKey key;
    private final LongPredicate unproven;
    private final WideLedger wide;
    private final AdmissionHandler admissions;
    private final BatchHandler batches;
    private final WideMessages messages;
    private final Output output;
    private final WideMeters meters;

    /** What it decides with. */
    record Parts(WideLedger wide, AdmissionHandler admissions, BatchHandler batches, WideMessages messages) {}

    WideHandler(int partition, AdmissionConfig config, Parts parts, Output output, WideMeters meters) {
        this.partition = partition;
        this.requestPartitions = config.requestPartitions();
        this.replyPartitions = config.replyPartitions();
        this.key = config.messages();
        this.unproven = config.unproven();
        this.wide = parts.wide();
        this.admissions = parts.admissions();
        this.batches = parts.batches();
        this.messages = parts.messages();
        this.output = output;
        this.meters = meters;
        meters.open(partition, wide.vouchers());
    }

    /** Reports what is open now: it lapses with time alone. */
    void look() {
        meters.open(partition, wide.vouchers());
        meters.travelling(partition, messages.travellingKeys());
    }

    /**
     * Reads a message; changes nothing.
     *
     * @return null for one that was taken before
     * @throws RejectedRequestException if nothing proves it, or it is not for this partition
     */
    @Nullable PartitionMessage read(ControlRecord control, long offset) throws RejectedRequestException {
        if (key == null || !key.verify(control) || unproven.test(offset)) {
            throw new RejectedRequestException(
                    DeadLetterReason.FORGED,
                    DeadLetters.PROOF_FIELD,
                    "proves nothing (expected: a message by the rules key)");
        }
        PartitionMessage message;
        try {
            message = PartitionMessageCodec.decode(control.payload());
        } catch (WireException e) {
            throw new RejectedRequestException(DeadLetterReason.INVALID_COMMAND, e);
        }
        if (message.to() != partition || message.from() >= requestPartitions) {
            throw new RejectedRequestException(
                    DeadLetterReason.FORGED,
                    "to",
                    message.to() + " (expected: " + partition + ", since a message is for one partition)");
        }
        if (!wide.isNew(message.from(), message.sequence())) {
            meters.repeated();
            return null;
        }
        return message;
    }

    /**
     * The request of a message that was refused, for its caller to be told: apps whose rules keys differ refuse each
     * other's messages. Whoever can write such a message can write any request, with any reply address.
     */
    @Nullable RequestRecord claimed(ControlRecord control) {
        try {
            if (PartitionMessageCodec.decode(control.payload()) instanceof TravellingRequest message) {
                RequestRecord record = request(message);
                ReplyAddress reply = record.reply();
                return reply == null || reply.partition() >= replyPartitions ? null : record;
            }
        } catch (WireException | RejectedRequestException e) {
            LOG.debug("what nothing proves has no caller to tell", e);
        }
        return null;
    }

    /** The request of a message, as its sender got it. */
    static RequestRecord request(TravellingRequest message) throws RejectedRequestException {
        DecodedRequest decoded = RequestCodec.decodeTravelling(message);
        if (decoded instanceof DecodedRequest.WellFormed wellFormed
                && (wellFormed.record().request() instanceof AdmissionRequest
                        || wellFormed.record().request() instanceof BatchRequest)) {
            return wellFormed.record();
        }
        throw new RejectedRequestException(
                DeadLetterReason.INVALID_COMMAND,
                "request",
                "neither an admission nor a batch (expected: what its sender has decided)");
    }

    /** Decides a request that visits a bucket of this partition. */
    Decided visited(TravellingRequest message, Request request, RequestContext at) throws RejectedRequestException {
        WideTarget target = message.visits().get(0);
        if (target.owner(requestPartitions) != partition) {
            throw new RejectedRequestException(
                    DeadLetterReason.FORGED,
                    "visits",
                    "bucket " + target.limitId() + " is of partition " + target.owner(requestPartitions)
                            + " (expected: one of " + partition + ")");
        }
        if (message.follows()) {
            messages.goOn(message, new WideMessages.Visits(rest(message), /* wish= */ 0), message.statements(), at);
            return new Decided(() -> wide.taken(message.from(), message.sequence()), () -> {});
        }
        long offset = at.id().offset();
        WideCharge charge = wide.charge(
                WideMapping.name(target),
                EngineMapping.admission(check(request, target.check())),
                wish(message, request),
                at.nowMillis(),
                offset);
        List<OwnerStatement> statements = new ArrayList<>(message.statements());
        statements.add(WideMapping.statement(charge.statement(), target.check()));
        // The next bucket need not lend more than this one does.
        WideMessages.Visits next = new WideMessages.Visits(
                charge.refuses() ? List.of() : rest(message), charge.statement().lentTokens());
        messages.goOn(message, next, statements, at);
        output.alerts(charge.alerts(), at.id().text(), message.account(), wide.revision(), at.nowMillis());
        return new Decided(
                () -> {
                    wide.apply(charge);
                    wide.taken(message.from(), message.sequence());
                },
                () -> {
                    meters.visited(charge);
                    meters.open(partition, wide.vouchers());
                });
    }

    static WideWish wish(TravellingRequest message, Request request) {
        LeaseTerms terms = request instanceof AdmissionRequest admission ? admission.lease() : null;
        return terms == null ? WideWish.NONE : new WideWish(message.wish(), terms.ttlMillis());
    }

    private static List<WideTarget> rest(TravellingRequest message) {
        return message.visits().subList(1, message.visits().size());
    }

    static AdmissionRequest check(Request request, int check) throws RejectedRequestException {
        if (request instanceof AdmissionRequest admission && check == 0) {
            return admission;
        }
        if (request instanceof BatchRequest batch && check < batch.checks().size()) {
            return batch.checks().get(check);
        }
        throw new RejectedRequestException(
                DeadLetterReason.INVALID_COMMAND, "check", check + " (expected: one of the request)");
    }

    private static List<WideStatement> statements(TravellingRequest message) {
        return message.statements().stream().map(WideMapping::statement).toList();
    }

    /** Decides the end of vouchers. */
    Decided ended(VoucherEnds message, RequestContext at) {
        List<WideEnd> ends = message.ends().stream().map(WideMapping::end).toList();
        Ending ending = wide.decide(ends, at.nowMillis());
        return new Decided(
                () -> {
                    wide.apply(ending);
                    wide.taken(message.from(), message.sequence());
                },
                () -> {
                    meters.ended(ends);
                    meters.open(partition, wide.vouchers());
                });
    }

    /** Decides a request that is back at the partition of its account. */
    Decided arrived(TravellingRequest message, Request request, RequestContext at) throws RejectedRequestException {
        Decided decided = request instanceof BatchRequest batch
                ? batches.decide(
                        batch,
                        new BatchHandler.Arrival(
                                WideMessages.Trip.of(message),
                                WideMapping.byCheck(
                                        message.statements(), batch.checks().size())),
                        at)
                : admissions.decide(
                        (AdmissionRequest) request,
                        new AdmissionHandler.Arrival(
                                WideMessages.Trip.of(message), WideStatements.of(statements(message))),
                        at);
        return new Decided(
                () -> {
                    decided.change().run();
                    wide.taken(message.from(), message.sequence());
                },
                decided.count());
    }

    /**
     * Gives back what was charged for a request that was refused for what it is.
     *
     * @param request the request; null if the message has none that can be read
     */
    Decided refused(PartitionMessage message, @Nullable Request request, RequestContext at) {
        Runnable home = () -> {};
        if (message instanceof TravellingRequest travelling) {
            messages.end(WideLedger.ends(statements(travelling), /* result= */ null));
            if (request != null && travelling.visits().isEmpty()) {
                home = messages.home(key(request), WideMessages.Trip.of(travelling), at);
            }
        }
        Runnable forgotten = home;
        return new Decided(
                () -> {
                    wide.taken(message.from(), message.sequence());
                    forgotten.run();
                },
                () -> {});
    }

    private static @Nullable IdempotencyRecordKey key(Request request) {
        return request instanceof BatchRequest batch
                ? BatchHandler.key(batch)
                : AdmissionHandler.key((AdmissionRequest) request);
    }
}
