package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.WideCharge;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.WideTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The owners of wide buckets, asked anew by a run of a log under other rules: what they would have said then is in no
 * message of the log.
 *
 * <pre>
 *   a visit in the log             ──▶ charge, at its place among the visits of that bucket ──╮
 *   the request is home in the log ──▶ decide, by what was charged on its way, or  ◀──────────╯
 *                                      by a charge on the spot where nothing was: the log's rules did not ask there
 *                                  ──▶ kept, or given back, on the spot
 * </pre>
 *
 * <p>So buckets that both rulesets have are asked in the order in which they really were. Others are asked in the order
 * in which records are run, which is that of their time stamps. All partitions of one run share this, and are run by
 * one thread. Not thread-safe.
 */
public final class OwnersAtHand {
    /** Requests whose way is remembered; a further one is charged on the spot once it is home. */
    static final int ON_ROAD_MAX = 100_000;

    private final Map<Integer, Owner> owners = new HashMap<>();
    private final Map<Hop, Charged> onRoad = new HashMap<>();
    /** Hops that came home before they were seen, since clocks of brokers differ. */
    private final Set<Hop> overtaken = new HashSet<>();

    private final int onRoadMax;
    private long forgotten;
    private Charged home = Charged.NOTHING;
    private WideMessages.Trip homeTrip = WideMessages.Trip.NONE;
    private boolean isBegun;

    public OwnersAtHand() {
        this(ON_ROAD_MAX);
    }

    OwnersAtHand(int onRoadMax) {
        this.onRoadMax = onRoadMax;
    }

    /** The record that sent a request on. */
    private record Hop(int partition, long offset) {
        static Hop to(TravellingRequest message) {
            return new Hop(message.from(), message.offset());
        }
    }

    /** What one owner said, about one check of a request. */
    private record Said(int check, WideStatement statement, boolean refuses) {}

    /** What a request was charged on its way so far. */
    private record Charged(List<Said> said) {
        static final Charged NOTHING = new Charged(List.of());

        Charged and(Said next) {
            List<Said> all = new ArrayList<>(said);
            all.add(next);
            return new Charged(all);
        }

        boolean isRefused() {
            return !said.isEmpty() && said.get(said.size() - 1).refuses();
        }

        List<WideStatement> statements() {
            return said.stream().map(Said::statement).toList();
        }
    }

    private static final class Owner {
        private final Ledger ledger;
        private final WideLedger wide;
        private long begunAtOffset;
        private long lastVisit;
        private long nowMillis;

        private Owner(Ledger ledger, WideLedger wide) {
            this.ledger = ledger;
            this.wide = wide;
        }

        /** No two charges have the same number, nor one that a record of the log has made before. */
        private long nextVisit() {
            lastVisit = Math.max(lastVisit, ledger.position().offset()) + 1;
            return lastVisit;
        }

        /** The partition's own time, or a later one at which it was asked on the spot: it never runs backwards. */
        private PartitionClock clock(long atMillis) {
            nowMillis = Math.max(nowMillis, Math.max(atMillis, ledger.clockMillis()));
            return nowMillis == ledger.clockMillis() ? ledger.clock() : PartitionClock.at(nowMillis);
        }
    }

    void add(int partition, Ledger ledger, WideLedger wide) {
        owners.put(partition, new Owner(ledger, wide));
    }

    /** From now on owners are asked anew; until then, what they say is what the log has. */
    public void begin() {
        isBegun = true;
        owners.values()
                .forEach(owner -> owner.begunAtOffset = owner.ledger.position().offset());
    }

    boolean isBegun() {
        return isBegun;
    }

    /** A request passes through a partition in the log: what it visits there is charged. */
    void passed(TravellingRequest message) {
        Charged charged = charged(message);
        if (!message.visits().isEmpty() && !message.follows() && charged != null && !charged.isRefused()) {
            charged = charged.and(visit(message));
        }
        Hop next = new Hop(message.to(), owner(message.to()).ledger.position().offset());
        if (charged == null) {
            return;
        }
        boolean isOvertaken = overtaken.remove(next);
        if (isOvertaken || onRoad.size() >= onRoadMax) {
            forgotten += isOvertaken ? 0 : 1;
            giveBack(charged.statements(), /* atMillis= */ 0);
        } else {
            onRoad.put(next, charged);
        }
    }

    private Said visit(TravellingRequest message) {
        WideTarget target = message.visits().get(0);
        try {
            Request request = WideHandler.request(message).request();
            WideCharge charge = charge(
                    new Visit(message.to(), WideMapping.name(target)),
                    EngineMapping.admission(WideHandler.check(request, target.check())),
                    WideHandler.wish(message, request),
                    /* atMillis= */ 0);
            return new Said(target.check(), charge.statement(), charge.refuses());
        } catch (RejectedRequestException e) {
            throw new IllegalStateException("the log's own run has read this request", e);
        }
    }

    /** What a request was charged before this message; null if that is not known. */
    private @Nullable Charged charged(TravellingRequest message) {
        Hop last = Hop.to(message);
        // Of one that follows another, every visit looks like the first.
        Charged known = onRoad.remove(last);
        boolean isFirst = message.trip() == 1
                && !message.visits().isEmpty()
                && message.statements().isEmpty();
        if (known != null || isFirst) {
            return known == null ? Charged.NOTHING : known;
        }
        return last.offset() <= owner(last.partition()).begunAtOffset ? recorded(message) : null;
    }

    /** What owners have said before the rules of this run came into force. */
    private static Charged recorded(TravellingRequest message) {
        return new Charged(message.statements().stream()
                .map(statement ->
                        new Said(statement.target().check(), WideMapping.statement(statement), /* refuses= */ false))
                .toList());
    }

    /** What a request was charged whose way ends in the log; what comes of it later goes back. */
    private Charged ended(TravellingRequest message) {
        Charged charged = charged(message);
        if (charged == null && overtaken.size() < onRoadMax) {
            overtaken.add(Hop.to(message));
        }
        return charged == null ? Charged.NOTHING : charged;
    }

    /** A request is refused in the log, at home or at an owner, and is decided by nobody. */
    void dropped(TravellingRequest message, long atMillis) {
        giveBack(ended(message).statements(), atMillis);
    }

    /** Requests whose way is remembered now. */
    int onRoad() {
        return onRoad.size();
    }

    /** Requests since the last call that were charged on the spot since too many others were on their way. */
    public long takeForgotten() {
        long taken = forgotten;
        forgotten = 0;
        return taken;
    }

    /** A request is home in the log, and will be decided next. */
    void arriving(TravellingRequest message) {
        home = ended(message);
        homeTrip = WideMessages.Trip.of(message);
    }

    /** How the request that is home in the log has travelled there; none if it has not. */
    WideMessages.Trip homeTrip() {
        return homeTrip;
    }

    /** The request is decided; what it did not need after all goes back. */
    void arrived(long atMillis) {
        giveBack(home.statements(), atMillis);
        home = Charged.NOTHING;
        homeTrip = WideMessages.Trip.NONE;
    }

    /** A bucket, and the partition that owns it. */
    record Visit(int owner, WideName name) {}

    /**
     * What the owner of a bucket has said on the request's way, or says now.
     *
     * @param check of the request, counted from 0
     * @param atMillis the time of the account's partition
     */
    Answer ask(Visit visit, int check, Admission admission, WideWish wish, long atMillis) {
        for (Said said : home.said()) {
            if (said.check() == check && said.statement().name().equals(visit.name())) {
                List<Said> left = new ArrayList<>(home.said());
                left.remove(said);
                home = new Charged(left);
                return new Answer(said.statement(), said.refuses());
            }
        }
        WideCharge charge = charge(visit, admission, wish, atMillis);
        return new Answer(charge.statement(), charge.refuses());
    }

    /** What an owner says, and whether it refuses. */
    record Answer(WideStatement statement, boolean refuses) {}

    private WideCharge charge(Visit visit, Admission admission, WideWish wish, long atMillis) {
        Owner owner = owner(visit.owner());
        WideCharge charge = owner.wide.charge(visit.name(), admission, wish, owner.clock(atMillis), owner.nextVisit());
        owner.wide.apply(charge);
        return charge;
    }

    private Owner owner(int partition) {
        return Objects.requireNonNull(owners.get(partition), "every partition of the run has a processor");
    }

    /** Tells the owners what became of their vouchers. */
    void end(List<WideEnd> ends, long atMillis) {
        Map<Integer, List<WideEnd>> byOwner = new HashMap<>();
        for (WideEnd end : ends) {
            byOwner.computeIfAbsent(end.voucher().owner(), owner -> new ArrayList<>())
                    .add(end);
        }
        byOwner.forEach((partition, own) -> {
            Owner owner = owner(partition);
            owner.wide.apply(owner.wide.decide(own, owner.clock(atMillis).millis()));
        });
    }

    /** What was charged for a request that is not decided by it goes back. */
    void giveBack(List<WideStatement> charged, long atMillis) {
        end(WideLedger.ends(charged, /* result= */ null), atMillis);
    }
}
