package io.sluice.testkit.oracle;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.BucketAlert;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.TravellingKeys;
import io.sluice.engine.ledger.WideCharge;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideVoucher;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.schemas.wide.WideTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one partition says to others, and takes from them, decided again; the mappings are written a second time. */
final class WideReplay {
    /** The payloads that it must have sent, by sender, receiver and sequence. */
    final Map<String, String> sent = new LinkedHashMap<>();
    /** The payloads that it took, by the same names. */
    final Map<String, String> taken = new LinkedHashMap<>();

    final List<ThresholdAlert> alerts = new ArrayList<>();

    /** Messages of retries that travelled behind another request. */
    long followers;

    private final int partition;
    private final int requestPartitions;
    private final Ledger ledger;
    private final WideLedger wide;
    private final List<WideEnd> told = new ArrayList<>();
    private final TravellingKeys keys;
    private long charged;
    private long kept;
    private long givenBack;

    WideReplay(int partition, int requestPartitions, Ledger ledger, InMemoryLedgerStore store) {
        this.partition = partition;
        this.requestPartitions = requestPartitions;
        this.ledger = ledger;
        this.wide = new WideLedger(partition, ledger, store);
        this.keys = new TravellingKeys(store);
    }

    /** Whether a message was taken before. */
    boolean isRepeated(PartitionMessage message) {
        return !wide.isNew(message.from(), message.sequence());
    }

    void take(PartitionMessage message, String payload) {
        wide.taken(message.from(), message.sequence());
        taken.put(name(message), payload);
    }

    /** A visit to a bucket of this partition. */
    void visit(TravellingRequest message, Request request, long nowMillis, long offset) {
        WideTarget target = message.visits().get(0);
        if (message.follows()) {
            followers++;
            goOn(message, message.visits().subList(1, message.visits().size()), message.statements(), 0, offset);
            return;
        }
        AdmissionRequest check =
                request instanceof BatchRequest batch ? batch.checks().get(target.check()) : (AdmissionRequest) request;
        LeaseTerms terms = request instanceof AdmissionRequest admission ? admission.lease() : null;
        WideCharge charge = wide.charge(
                new WideName(target.limitId(), target.scope()),
                RequestMapping.admission(check),
                new WideWish(terms == null ? 0 : message.wish(), terms == null ? 0 : terms.ttlMillis()),
                nowMillis,
                offset);
        wide.apply(charge);
        WideVoucher voucher = charge.statement().voucher();
        charged += voucher == null ? 0 : voucher.tokens();
        List<OwnerStatement> statements = new ArrayList<>(message.statements());
        statements.add(wire(charge.statement(), target.check()));
        List<WideTarget> rest = charge.refuses()
                ? List.of()
                : message.visits().subList(1, message.visits().size());
        goOn(message, rest, statements, rest.isEmpty() ? 0 : charge.statement().lentTokens(), offset);
        for (BucketAlert alert : charge.alerts()) {
            alerts.add(new ThresholdAlert(
                    partition + "-" + offset,
                    message.account(),
                    alert.limitId(),
                    Scope.display(alert.scope()),
                    alert.thresholdPerMille(),
                    alert.used(),
                    alert.capacity(),
                    alert.enforced(),
                    ledger.timeline().active().revision(),
                    nowMillis));
        }
    }

    private void goOn(
            TravellingRequest message, List<WideTarget> rest, List<OwnerStatement> statements, long wish, long offset) {
        send(new TravellingRequest(
                partition,
                offset,
                TravellingRequest.next(rest, message.account(), requestPartitions),
                message.trip(),
                message.sentMillis(),
                message.follows(),
                message.account(),
                message.request(),
                rest,
                statements,
                wish));
    }

    /** The end of vouchers of this partition. */
    void end(VoucherEnds message, long nowMillis) {
        List<WideEnd> ends = new ArrayList<>();
        for (VoucherEnd end : message.ends()) {
            WideVoucher voucher = engine(end.voucher());
            ends.add(new WideEnd(end.limitId(), voucher, end.returned(), end.open()));
            givenBack += end.returned();
            kept += voucher.tokens() - end.returned() - end.open();
        }
        wide.apply(wide.decide(ends, nowMillis));
        requireConservation();
    }

    private void requireConservation() {
        LapsingCount vouchers = wide.vouchers();
        long open = vouchers.tokens() + vouchers.lapsed().tokens();
        if (charged != kept + givenBack + open) {
            throw new AssertionError("partition " + partition + ": charged " + charged + " (expected: kept " + kept
                    + " + given back " + givenBack + " + open " + open + ")");
        }
    }

    /**
     * How often a request was sent out, and when first, by the time stamps of its account's partition; and whether the
     * last time was behind another with its key.
     */
    record Trip(int number, long sentMillis, boolean follows) {
        static final Trip NONE = new Trip(0, 0, false);

        Trip next(long stampMillis, boolean behind) {
            return new Trip(number + 1, firstMillis(stampMillis), behind);
        }

        long firstMillis(long stampMillis) {
            return number == 0 ? stampMillis : sentMillis;
        }

        /** What is over of the time of a lease, which began with its request. */
        long onTheRoadMillis(long stampMillis) {
            return Math.max(0, stampMillis - firstMillis(stampMillis));
        }

        boolean wasOut() {
            return number > 0 && !follows;
        }

        /** Too long for anybody to wait. */
        boolean isLate(long stampMillis) {
            return number > 0 && stampMillis - sentMillis > 30_000;
        }
    }

    /** A request is home, and is decided or refused. */
    void home(Request request, Trip trip) {
        IdempotencyRecordKey key = key(request);
        if (key != null && trip.wasOut()) {
            keys.apply(keys.home(key, trip.sentMillis(), ledger.clockMillis()));
        }
    }

    private static @Nullable IdempotencyRecordKey key(Request request) {
        if (request instanceof BatchRequest batch) {
            return batch.idempotencyKey() == null
                    ? null
                    : TravellingKeys.ofBatch(batch.account(), batch.idempotencyKey());
        }
        AdmissionRequest admission = (AdmissionRequest) request;
        ClientId client = admission.clientId();
        return admission.idempotencyKey() == null
                ? null
                : new IdempotencyRecordKey(client.account(), client.text(), admission.idempotencyKey());
    }

    /** A request goes out, with what is known so far; returns false if it has been out too often. */
    boolean sendOut(
            Request request,
            @Nullable ReplyAddress reply,
            Trip before,
            List<WideTarget> missing,
            List<WideStatements> known,
            long wish,
            long offset) {
        long stampMillis = ledger.clock().stampMillis();
        TravellingKeys.KeyStep step = keys.departing(
                key(request), before.wasOut(), before.firstMillis(stampMillis), ledger.clockMillis(), offset);
        Trip trip = before.next(stampMillis, step.follows());
        List<OwnerStatement> statements = new ArrayList<>();
        for (int check = 0; check < known.size(); check++) {
            for (WideStatement statement : known.get(check).all()) {
                statements.add(wire(statement, check));
            }
        }
        byte[] record = RequestCodec.encode(request.repliedTo(reply));
        if (trip.number() > TravellingRequest.TRIPS_MAX
                || missing.size() + statements.size() > TravellingRequest.VISITS_MAX
                || record.length > TravellingRequest.REQUEST_BYTES_MAX) {
            return false;
        }
        keys.apply(step);
        String account = Objects.requireNonNull(request.clientId()).account();
        send(new TravellingRequest(
                partition,
                offset,
                TravellingRequest.next(missing, account, requestPartitions),
                trip.number(),
                trip.sentMillis(),
                trip.follows(),
                account,
                new String(record, StandardCharsets.UTF_8),
                missing,
                statements,
                wish));
        return true;
    }

    /** The owners learn what became of these vouchers, together with all else that the record brings about. */
    void tellEnds(List<WideEnd> ends) {
        told.addAll(ends);
    }

    /** The record is done. */
    void finish(long offset) {
        Map<Integer, List<VoucherEnds>> byOwner = new TreeMap<>();
        for (WideEnd end : told) {
            List<VoucherEnds> parts = byOwner.computeIfAbsent(end.voucher().owner(), owner -> new ArrayList<>());
            VoucherEnds last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
            List<VoucherEnd> ends = new ArrayList<>(last == null || isFull(last) ? List.of() : last.ends());
            ends.add(new VoucherEnd(end.limitId(), wire(end.voucher()), end.returned(), end.open()));
            if (last != null && !isFull(last)) {
                parts.remove(last);
            }
            parts.add(new VoucherEnds(partition, offset, end.voucher().owner(), parts.size(), ends));
        }
        told.clear();
        byOwner.values().forEach(parts -> parts.forEach(this::send));
    }

    /** Most messages end when the record does; a scope can be long. */
    private static boolean isFull(VoucherEnds part) {
        int chars = part.ends().stream()
                .mapToInt(end -> end.voucher().scope().length())
                .sum();
        return part.ends().size() >= 64 || chars > 100_000;
    }

    private void send(PartitionMessage message) {
        sent.put(name(message), PartitionMessageCodec.encode(message));
    }

    private static String name(PartitionMessage message) {
        return message.from() + "-" + message.sequence() + " to " + message.to();
    }

    /** What owners said about each of so many checks. */
    static List<WideStatements> byCheck(List<OwnerStatement> statements, int checks) {
        List<WideStatements> byCheck = new ArrayList<>();
        for (int i = 0; i < checks; i++) {
            int check = i;
            byCheck.add(WideStatements.of(engine(statements.stream()
                    .filter(statement -> statement.target().check() == check)
                    .toList())));
        }
        return byCheck;
    }

    static List<WideStatement> engine(List<OwnerStatement> statements) {
        List<WideStatement> engine = new ArrayList<>();
        for (OwnerStatement it : statements) {
            ChargeVoucher voucher = it.voucher();
            engine.add(new WideStatement(
                    new WideName(it.target().limitId(), it.target().scope()),
                    it.stampMillis(),
                    it.capacity(),
                    it.windowMillis(),
                    engine(it.found()),
                    engine(it.left()),
                    it.retryAfterMillis() < 0 ? Algorithm.NEVER : it.retryAfterMillis(),
                    it.cost(),
                    voucher == null ? null : engine(voucher),
                    it.lent() == 0 ? null : new WideStatement.Lent(it.lent(), it.lentMillis())));
        }
        return engine;
    }

    private static WideStatement.Level engine(OwnerStatement.Level level) {
        return new WideStatement.Level(level.remaining(), level.resetAfterMillis(), level.nextTokenMillis());
    }

    private static WideVoucher engine(ChargeVoucher voucher) {
        return new WideVoucher(
                voucher.owner(),
                voucher.offset(),
                voucher.atMillis(),
                voucher.revision(),
                voucher.scope(),
                voucher.tokens());
    }

    private static OwnerStatement wire(WideStatement statement, int check) {
        WideVoucher voucher = statement.voucher();
        return new OwnerStatement(
                new WideTarget(statement.name().limitId(), statement.name().scope(), check),
                statement.stampMillis(),
                statement.capacity(),
                statement.windowMillis(),
                wire(statement.found()),
                wire(statement.left()),
                statement.retryAfterMillis() == Algorithm.NEVER ? -1 : statement.retryAfterMillis(),
                statement.cost(),
                voucher == null ? null : wire(voucher),
                statement.lentTokens(),
                statement.lent() == null ? 0 : statement.lent().ttlMillis());
    }

    private static OwnerStatement.Level wire(WideStatement.Level level) {
        return new OwnerStatement.Level(level.remaining(), level.resetAfterMillis(), level.nextTokenMillis());
    }

    private static ChargeVoucher wire(WideVoucher voucher) {
        return new ChargeVoucher(
                voucher.owner(),
                voucher.offset(),
                voucher.atMillis(),
                voucher.revision(),
                voucher.scope(),
                voucher.tokens());
    }
}
