package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.TravellingKeys;
import io.sluice.engine.ledger.TravellingKeys.KeyStep;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.schemas.wide.WideTarget;
import io.sluice.streams.topology.MessageAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes what one request partition has to say to others. Each record of the log leads to one travelling request at the
 * most. After it come messages about vouchers, for each partition that gave out any: what all changes of the record
 * have ended goes together.
 *
 * <pre>
 *   decide ──▶ {@link #end} ──▶ apply ──▶ {@link #confirm} ... the record is done ──▶ {@link #tell}
 *                 ╰──▶ refused ──▶ {@link #drop}
 * </pre>
 */
final class WideMessages {
    /** Characters of scopes in one message, before the last one. */
    private static final int SCOPE_CHARS_MAX = 100_000;

    private final int partition;
    private final int requestPartitions;
    private final Output output;
    private final Ledger ledger;
    private final TravellingKeys keys;
    private final WideMeters metrics;
    private final @Nullable OwnersAtHand owners;
    /** What owners at hand have charged for the change that is being decided. */
    private final List<WideStatement> charged = new ArrayList<>();
    /** Ends of the change that is being decided. */
    private final List<WideEnd> proposed = new ArrayList<>();
    /** Ends of the record's changes that are made. */
    private final List<WideEnd> confirmed = new ArrayList<>();
    /** Whether the record's request has left for other partitions. */
    private boolean hasLeft;

    /** What it reads and changes. */
    record Parts(int partition, Ledger ledger, TravellingKeys keys) {}

    WideMessages(Parts parts, AdmissionConfig config, Output output, WideMeters metrics) {
        this.partition = parts.partition();
        this.ledger = parts.ledger();
        this.keys = parts.keys();
        this.metrics = metrics;
        this.requestPartitions = config.requestPartitions();
        this.output = output;
        this.owners = config.owners();
    }

    /**
     * How a request has travelled so far.
     *
     * @param number how often it was sent out to visit wide buckets
     * @param sentMillis when the first time was, by the broker's time stamps of its account's partition
     * @param follows whether the last time was behind another request with its idempotency key
     */
    record Trip(int number, long sentMillis, boolean follows) {
        static final Trip NONE = new Trip(0, 0, /* follows= */ false);

        static Trip of(TravellingRequest message) {
            return new Trip(message.trip(), message.sentMillis(), message.follows());
        }

        /** When it goes out first, if it goes out now. */
        long sentMillis(long stampMillis) {
            return number == 0 ? stampMillis : sentMillis;
        }

        Trip next(long firstSentMillis, boolean behindAnother) {
            return new Trip(number + 1, firstSentMillis, behindAnother);
        }

        /** How long it has been between partitions, by the time stamps of its own. */
        long roadMillis(long stampMillis) {
            return number == 0 ? 0 : Math.max(0, stampMillis - sentMillis);
        }

        /** Whether it has charged owners. */
        boolean wasOut() {
            return number > 0 && !follows;
        }

        /** Nobody waits for a request any more that comes home late; what it was told about buckets is of long ago. */
        void requireInTime(long stampMillis) throws RejectedRequestException {
            if (number > 0 && WideStatements.isLate(sentMillis, stampMillis)) {
                throw new RejectedRequestException(
                        DeadLetterReason.STALE,
                        "sentMillis",
                        (stampMillis - sentMillis) + " ms between partitions (expected: at most "
                                + WideStatements.AGE_MILLIS_MAX + "; a partition that owns a wide bucket lags)");
            }
        }
    }

    /**
     * Buckets to visit.
     *
     * @param wish tokens that would be lent beside the verdict; 0 for none
     */
    record Visits(List<WideTarget> targets, long wish) {}

    /**
     * A request that has to visit wide buckets.
     *
     * @param key its idempotency key, or null
     * @param trip how it has travelled so far
     * @param known what owners have said before
     */
    record Leaving(
            Request request,
            @Nullable IdempotencyRecordKey key,
            Trip trip,
            Visits missing,
            List<OwnerStatement> known) {}

    /** How a request has travelled, in the log if owners are at hand. */
    Trip travelled(Trip trip) {
        return owners != null && owners.isBegun() ? owners.homeTrip() : trip;
    }

    /** Whether owners are asked on the spot, in place of {@link #sendOut}. */
    boolean hasOwnersAtHand() {
        return owners != null && owners.isBegun();
    }

    /** Whether the last record's request has left for other partitions. */
    boolean hasLeft() {
        return hasLeft;
    }

    /**
     * What owners at hand have said.
     *
     * @param isRefused whether the last of them refuses, so that the others were not asked
     */
    record Visited(List<WideStatement> statements, boolean isRefused) {}

    /**
     * Asks owners at hand, up to the first that refuses.
     *
     * @param check of the request, counted from 0
     * @param wish what would be lent beside the verdict
     */
    Visited visit(int check, List<WideName> names, Admission admission, WideWish wish, long nowMillis) {
        OwnersAtHand atHand = Objects.requireNonNull(owners, "asked without owners at hand");
        List<WideStatement> statements = new ArrayList<>();
        WideWish left = wish;
        for (WideName name : names) {
            int owner = WideMapping.target(name, check).owner(requestPartitions);
            OwnersAtHand.Answer answer =
                    atHand.ask(new OwnersAtHand.Visit(owner, name), check, admission, left, nowMillis);
            statements.add(answer.statement());
            charged.add(answer.statement());
            if (answer.refuses()) {
                return new Visited(statements, /* isRefused= */ true);
            }
            left = new WideWish(answer.statement().lentTokens(), wish.ttlMillis());
        }
        return new Visited(statements, /* isRefused= */ false);
    }

    /**
     * Sends a request out to visit wide buckets.
     *
     * @throws RejectedRequestException if it has been too often, or the app has no key
     */
    Decided sendOut(Leaving leaving, RequestContext at) throws RejectedRequestException {
        Trip before = leaving.trip();
        long sentMillis = before.sentMillis(ledger.clock().stampMillis());
        KeyStep step = keys.departing(
                leaving.key(),
                before.wasOut(),
                sentMillis,
                at.nowMillis(),
                at.id().offset());
        Trip trip = before.next(sentMillis, step.follows());
        Visits missing = leaving.missing();
        List<OwnerStatement> known = leaving.known();
        if (trip.number() > TravellingRequest.TRIPS_MAX) {
            throw new RejectedRequestException(
                    DeadLetterReason.STALE,
                    "trip",
                    trip.number() + " (expected: at most " + TravellingRequest.TRIPS_MAX
                            + "; rules change each time, or the first request with its key is not back)");
        }
        int visits = missing.targets().size() + known.size();
        if (visits > TravellingRequest.VISITS_MAX) {
            throw new RejectedRequestException(
                    DeadLetterReason.STALE,
                    "visits",
                    visits + " (expected: at most " + TravellingRequest.VISITS_MAX + ")");
        }
        Request request = leaving.request();
        byte[] encoded = RequestCodec.encode(request.repliedTo(at.reply()));
        if (encoded.length > TravellingRequest.REQUEST_BYTES_MAX) {
            throw new RejectedRequestException(
                    DeadLetterReason.STALE,
                    "",
                    encoded.length + " bytes between partitions (expected: at most "
                            + TravellingRequest.REQUEST_BYTES_MAX + ")");
        }
        String record = new String(encoded, StandardCharsets.UTF_8);
        ClientId clientId = Objects.requireNonNull(request.clientId(), "only requests of clients meet limits");
        goOn(trip, clientId.account(), record, missing, known, at);
        hasLeft = true;
        return new Decided(() -> keys.apply(step), step.follows() ? metrics::followed : metrics::sentOut);
    }

    /** What changes once a request is decided, or refused at home. */
    Runnable home(@Nullable IdempotencyRecordKey key, Trip trip, RequestContext at) {
        if (key == null || !trip.wasOut()) {
            return () -> {};
        }
        KeyStep step = keys.home(key, trip.sentMillis(), at.nowMillis());
        return () -> keys.apply(step);
    }

    /** How many idempotency keys are remembered as travelling. */
    long travellingKeys() {
        return keys.count(ledger.clockMillis());
    }

    /** Sends a request on, from one owner to the next or to the partition of its account. */
    void goOn(TravellingRequest message, Visits visits, List<OwnerStatement> known, RequestContext at)
            throws RejectedRequestException {
        goOn(Trip.of(message), message.account(), message.request(), visits, known, at);
    }

    private void goOn(
            Trip trip, String account, String record, Visits visits, List<OwnerStatement> known, RequestContext at)
            throws RejectedRequestException {
        send(
                new TravellingRequest(
                        partition,
                        at.id().offset(),
                        TravellingRequest.next(visits.targets(), account, requestPartitions),
                        trip.number(),
                        trip.sentMillis(),
                        trip.follows(),
                        account,
                        record,
                        visits.targets(),
                        known,
                        visits.targets().isEmpty() ? 0 : visits.wish()),
                account.getBytes(StandardCharsets.UTF_8));
    }

    /** Has the owners told what became of their vouchers, if the change that is being decided is made. */
    void end(List<WideEnd> ends) {
        proposed.addAll(ends);
    }

    /** The change is made. */
    void confirm() {
        confirmed.addAll(proposed);
        proposed.clear();
        charged.clear();
    }

    /** The change is not made. */
    void drop() {
        proposed.clear();
        if (owners != null && !charged.isEmpty()) {
            owners.giveBack(charged, ledger.clockMillis());
        }
        charged.clear();
    }

    /** Nothing of an earlier record is left. */
    void begin() {
        proposed.clear();
        confirmed.clear();
        charged.clear();
        hasLeft = false;
    }

    /** Tells the owners what became of their vouchers. */
    void tell(long offset) throws RejectedRequestException {
        if (confirmed.isEmpty()) {
            return;
        }
        if (owners != null && owners.isBegun()) {
            owners.end(confirmed, ledger.clockMillis());
            confirmed.clear();
            return;
        }
        Map<Integer, List<VoucherEnd>> byOwner = new TreeMap<>();
        for (WideEnd end : confirmed) {
            byOwner.computeIfAbsent(end.voucher().owner(), owner -> new ArrayList<>())
                    .add(WideMapping.end(end));
        }
        confirmed.clear();
        for (Map.Entry<Integer, List<VoucherEnd>> owner : byOwner.entrySet()) {
            int part = 0;
            for (List<VoucherEnd> ends : parts(owner.getValue())) {
                send(new VoucherEnds(partition, offset, owner.getKey(), part++, ends), null);
            }
        }
    }

    /** As many as a message can have, and as fit: most scopes are short. */
    private static List<List<VoucherEnd>> parts(List<VoucherEnd> ends) {
        List<List<VoucherEnd>> parts = new ArrayList<>();
        List<VoucherEnd> part = new ArrayList<>();
        int chars = 0;
        for (VoucherEnd end : ends) {
            if (part.size() == VoucherEnds.ENDS_MAX || chars > SCOPE_CHARS_MAX) {
                parts.add(part);
                part = new ArrayList<>();
                chars = 0;
            }
            part.add(end);
            chars += end.voucher().scope().length();
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private void send(PartitionMessage message, byte @Nullable [] account) throws RejectedRequestException {
        output.message(
                new MessageAddress(message.to(), account, message.sequence()), PartitionMessageCodec.encode(message));
    }
}
