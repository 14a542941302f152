package io.sluice.streams.admission;

import io.sluice.engine.wide.WideEnd;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.schemas.wide.WideTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes what one request partition has to say to others. Each record of the log leads to one travelling request at the
 * most, and to one message about vouchers for each partition that gave out any.
 */
final class WideMessages {
    private final int partition;
    private final int requestPartitions;
    private final @Nullable MessageKey key;
    private final Output output;

    WideMessages(int partition, AdmissionConfig config, Output output) {
        this.partition = partition;
        this.requestPartitions = config.requestPartitions();
        this.key = config.messages();
        this.output = output;
    }

    /**
     * Sends a request out to visit wide buckets.
     *
     * @param trip how often it has been sent out, this time included
     * @throws RejectedRequestException if it has been too often, or the app has no key
     */
    void sendOut(Request request, int trip, List<WideTarget> missing, List<OwnerStatement> known, RequestContext at)
            throws RejectedRequestException {
        if (trip > TravellingRequest.TRIPS_MAX) {
            throw new RejectedRequestException(
                    DeadLetterReason.STALE,
                    "trip",
                    trip + " (expected: at most " + TravellingRequest.TRIPS_MAX
                            + "; rules change, or statements of owners are too old each time)");
        }
        if (missing.size() + known.size() > TravellingRequest.VISITS_MAX) {
            throw new RejectedRequestException(
                    DeadLetterReason.STALE,
                    "visits",
                    missing.size() + known.size() + " (expected: at most " + TravellingRequest.VISITS_MAX + ")");
        }
        String record = new String(RequestCodec.encode(request.repliedTo(at.reply())), StandardCharsets.UTF_8);
        ClientId clientId = Objects.requireNonNull(request.clientId(), "only requests of clients meet limits");
        goOn(trip, clientId.account(), record, missing, known, at);
    }

    /** Sends a request on, from one owner to the next or to the partition of its account. */
    void goOn(TravellingRequest message, List<WideTarget> visits, List<OwnerStatement> known, RequestContext at)
            throws RejectedRequestException {
        goOn(message.trip(), message.account(), message.request(), visits, known, at);
    }

    private void goOn(
            int trip,
            String account,
            String record,
            List<WideTarget> visits,
            List<OwnerStatement> known,
            RequestContext at)
            throws RejectedRequestException {
        send(
                new TravellingRequest(
                        partition,
                        at.id().offset(),
                        TravellingRequest.next(visits, account, requestPartitions),
                        trip,
                        account,
                        record,
                        visits,
                        known),
                account.getBytes(StandardCharsets.UTF_8));
    }

    /** Tells the owners what became of their vouchers. */
    void end(List<WideEnd> ends, RequestContext at) throws RejectedRequestException {
        Map<Integer, List<VoucherEnd>> byOwner = new TreeMap<>();
        for (WideEnd end : ends) {
            byOwner.computeIfAbsent(end.voucher().owner(), owner -> new ArrayList<>())
                    .add(WideMapping.end(end));
        }
        for (Map.Entry<Integer, List<VoucherEnd>> owner : byOwner.entrySet()) {
            send(new VoucherEnds(partition, at.id().offset(), owner.getKey(), owner.getValue()), null);
        }
    }

    private void send(PartitionMessage message, byte @Nullable [] account) throws RejectedRequestException {
        if (key == null) {
            throw new RejectedRequestException(
                    DeadLetterReason.INTERNAL,
                    "",
                    "meets a limit with scope global (expected: a streams app with the rules key, which proves"
                            + " messages between partitions)");
        }
        output.message(new MessageAddress(message.to(), account), key.sign(PartitionMessageCodec.encode(message)));
    }
}
