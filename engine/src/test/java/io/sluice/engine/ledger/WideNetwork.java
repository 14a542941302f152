package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideWish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that exchange messages about wide buckets, each with a log, a ledger and a snapshot. Messages wait on the
 * road between two partitions until the test lets them arrive; a crash goes back to the snapshot and decides the log
 * again, so that what was sent since is sent once more.
 */
final class WideNetwork {
    /** A record of a log. */
    sealed interface Entry permits Asked, Travelling, Ended, Reported, Looked {}

    /**
     * A request of a caller.
     *
     * @param leaseMillis how long a front end would spend a lease beside the verdict; 0 for none
     */
    record Asked(int number, Admission admission, @Nullable String key, long leaseMillis) implements Entry {
        LeaseDemand demand(long roadMillis) {
            return new LeaseDemand(
                    admission, /* prefetchTokens= */ 1_000_000, leaseMillis, roadMillis, /* overMillis= */ 0);
        }
    }

    /** What a front end has spent of a lease. */
    record Reported(LeaseId lease, long spent) implements Entry {}

    /** Any record of an account, which ends what is due. */
    record Looked(String account) implements Entry {}

    /** A lease, by the record that granted it. */
    record LeaseId(int partition, String account, long offset) {}

    /** A request between partitions, home if there is nothing to visit. */
    record Travelling(
            int from,
            long sequence,
            Asked asked,
            int trip,
            long sentMillis,
            boolean follows,
            List<WideName> visits,
            List<WideStatement> statements,
            long wish)
            implements Entry {
        Travelling on(int owner, long offset, List<WideName> rest, List<WideStatement> known, long lent) {
            return new Travelling(
                    owner, WideNetwork.sequence(offset, 0), asked, trip, sentMillis, follows, rest, known, lent);
        }
    }

    /** The end of vouchers. */
    record Ended(int from, long sequence, List<WideEnd> ends) implements Entry {}

    private record Stamped(long atMillis, Entry entry) {}

    /** One partition. */
    final class Partition {
        final int number;
        private final List<Stamped> log = new ArrayList<>();
        InMemoryLedgerStore store = new InMemoryLedgerStore();
        Ledger ledger;
        WideLedger wide;
        private TravellingKeys keys;
        private InMemoryLedgerStore snapshot = new InMemoryLedgerStore();
        private RulesetTimeline snapshotTimeline;
        private int snapshotNext;
        private int next;
        private final List<WideEnd> told = new ArrayList<>();

        Partition(int number, Ruleset ruleset) {
            this.number = number;
            ledger = new Ledger(store, RulesetTimeline.empty());
            ledger.activate(ruleset, 0);
            wide = new WideLedger(number, ledger, store);
            keys = new TravellingKeys(store);
            snapshotTimeline = ledger.timeline();
        }

        boolean hasNext() {
            return next < log.size();
        }

        void append(long atMillis, Entry entry) {
            log.add(new Stamped(atMillis, entry));
        }

        /** What is decided is remembered for good. */
        void commit() {
            snapshot = store.copy();
            snapshotTimeline = ledger.timeline();
            snapshotNext = next;
        }

        /** Whatever was decided since the last commit is decided again. */
        void crash() {
            store = snapshot.copy();
            ledger = new Ledger(store, snapshotTimeline);
            wide = new WideLedger(number, ledger, store);
            keys = new TravellingKeys(store);
            next = snapshotNext;
            told.clear();
        }

        /** What the vouchers that have ended have taken for good. */
        long keptTokens() {
            Map<List<Long>, Long> kept = new HashMap<>();
            for (Stamped record : log.subList(0, next)) {
                if (record.entry() instanceof Ended ended) {
                    long tokens = ended.ends().stream().mapToLong(WideEnd::kept).sum();
                    kept.put(List.of((long) ended.from(), ended.sequence()), tokens);
                }
            }
            return kept.values().stream().mapToLong(tokens -> tokens).sum();
        }

        void step() {
            Stamped record = log.get(next);
            long offset = next++;
            long nowMillis = ledger.advance(record.atMillis(), offset);
            ledger.mark(record.atMillis());
            nowMillis = Math.max(nowMillis, ledger.clockMillis());
            if (record.entry() instanceof Asked asked) {
                endDue(asked.admission().account(), nowMillis);
                long sentMillis = ledger.clock().stampMillis();
                admit(
                        new Travelling(number, 0, asked, 0, sentMillis, false, List.of(), List.of(), 0),
                        nowMillis,
                        offset);
            } else if (record.entry() instanceof Looked looked) {
                endDue(looked.account(), nowMillis);
            } else if (record.entry() instanceof Reported reported) {
                endDue(reported.lease().account(), nowMillis);
                report(reported, nowMillis);
            } else if (record.entry() instanceof Travelling travelling) {
                if (wide.isNew(travelling.from(), travelling.sequence())) {
                    wide.taken(travelling.from(), travelling.sequence());
                    travel(travelling, nowMillis, offset);
                }
            } else if (record.entry() instanceof Ended ended && wide.isNew(ended.from(), ended.sequence())) {
                wide.taken(ended.from(), ended.sequence());
                wide.apply(wide.decide(ended.ends(), nowMillis));
            }
            tell(offset);
        }

        private void endDue(String account, long nowMillis) {
            HoldResult.Due due = ledger.due(account, nowMillis);
            ledger.apply(due);
            if (due.changes() != null) {
                told.addAll(due.changes().ends());
            }
            due.settlements().forEach(end -> ended(end.key(), end.cost()));
        }

        private void report(Reported reported, long nowMillis) {
            LeaseId lease = reported.lease();
            HoldKey key = new HoldKey(lease.account(), HoldKind.LEASE, lease.offset());
            HoldAction action = new HoldAction(key, lease.account(), HoldOutcome.RETURNED, reported.spent());
            if (ledger.decide(action, nowMillis) instanceof HoldResult.Ended ended) {
                ledger.apply(ended.changes());
                told.addAll(ended.changes().ends());
                ended(key, reported.spent());
            }
        }

        private void ended(HoldKey key, long spent) {
            Long before = spentOfLeases.put(new LeaseId(number, key.account(), key.offset()), spent);
            if (before != null && before != spent) {
                throw new AssertionError("a lease ended again, with " + spent + " (expected: " + before + ")");
            }
        }

        private void travel(Travelling travelling, long nowMillis, long offset) {
            if (travelling.visits().isEmpty()) {
                endDue(travelling.asked().admission().account(), nowMillis);
                admit(travelling, nowMillis, offset);
                return;
            }
            List<WideName> rest =
                    travelling.visits().subList(1, travelling.visits().size());
            if (travelling.follows()) {
                go(travelling.on(number, offset, rest, travelling.statements(), 0));
                return;
            }
            Asked asked = travelling.asked();
            WideCharge charge = wide.charge(
                    travelling.visits().get(0),
                    asked.admission(),
                    new WideWish(travelling.wish(), asked.leaseMillis()),
                    nowMillis,
                    offset);
            wide.apply(charge);
            List<WideStatement> statements = new ArrayList<>(travelling.statements());
            statements.add(charge.statement());
            long wish = charge.statement().lentTokens();
            go(travelling.on(number, offset, charge.refuses() ? List.of() : rest, statements, wish));
        }

        private void admit(Travelling home, long nowMillis, long offset) {
            Asked asked = home.asked();
            List<WideStatement> statements = home.statements();
            Lending lending = decided(home, nowMillis, offset);
            AdmissionResult result = lending.result();
            boolean wasOut = home.trip() > 0 && !home.follows();
            IdempotencyRecordKey key = asked.key() == null
                    ? null
                    : new IdempotencyRecordKey(
                            asked.admission().account(), asked.admission().clientId(), asked.key());
            if (result instanceof AdmissionResult.Unvisited unvisited && home.trip() < TRIPS_MAX) {
                TravellingKeys.KeyStep step = keys.departing(key, wasOut, home.sentMillis(), nowMillis, offset);
                keys.apply(step);
                go(new Travelling(
                        number,
                        sequence(offset, 0),
                        asked,
                        home.trip() + 1,
                        home.sentMillis(),
                        step.follows(),
                        unvisited.missing(),
                        statements,
                        unvisited.wish()));
                return;
            }
            told.addAll(WideLedger.ends(statements, result, lending.tokens()));
            if (wasOut) {
                keys.apply(keys.home(key, home.sentMillis(), nowMillis));
            }
            ledger.apply(result);
            answers.merge(asked.number(), result, WideNetwork::equal);
            if (lending.tokens() > 0) {
                leases.put(new LeaseId(number, asked.admission().account(), offset), lending.tokens());
            }
        }

        private Lending decided(Travelling home, long nowMillis, long offset) {
            Asked asked = home.asked();
            WideStatements statements = WideStatements.of(home.statements());
            long roadMillis = Math.max(0, ledger.clock().stampMillis() - home.sentMillis());
            return asked.leaseMillis() == 0
                    ? new Lending(ledger.decide(asked.admission(), asked.key(), statements, nowMillis, offset), 0, 0, 0)
                    : ledger.decideLending(asked.demand(roadMillis), statements, nowMillis, offset);
        }

        private void tell(long offset) {
            Map<Integer, List<WideEnd>> byOwner = new TreeMap<>();
            told.forEach(end -> byOwner.computeIfAbsent(end.voucher().owner(), owner -> new ArrayList<>())
                    .add(end));
            told.clear();
            byOwner.forEach((owner, ends) -> send(owner, new Ended(number, sequence(offset, 1), ends)));
        }

        private void go(Travelling travelling) {
            List<WideName> visits = travelling.visits();
            send(
                    visits.isEmpty() ? homeOf(travelling.asked().admission().account()) : ownerOf(visits.get(0)),
                    travelling);
        }

        private void send(int to, Entry entry) {
            roads.computeIfAbsent(number + ">" + to, road -> new Road(partitions.get(to)))
                    .entries
                    .add(entry);
        }
    }

    /** From one partition to another, in order. */
    final class Road {
        private final Partition to;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Entry> arrived = new ArrayList<>();

        Road(Partition to) {
            this.to = to;
        }

        boolean isEmpty() {
            return entries.isEmpty();
        }

        void arrive(long atMillis) {
            Entry entry = entries.remove(0);
            arrived.add(entry);
            to.append(atMillis, entry);
        }

        /** A record that was there before comes once more, as a stranger might copy it. */
        void repeat(long atMillis, int which) {
            if (!arrived.isEmpty()) {
                to.append(atMillis, arrived.get(which % arrived.size()));
            }
        }
    }

    static final int TRIPS_MAX = 4;

    final List<Partition> partitions = new ArrayList<>();
    final Map<String, Road> roads = new LinkedHashMap<>();
    final Map<Integer, AdmissionResult> answers = new HashMap<>();
    /** What leases were granted. */
    final Map<LeaseId, Long> leases = new LinkedHashMap<>();
    /** What was spent of those that are over. */
    final Map<LeaseId, Long> spentOfLeases = new HashMap<>();

    WideNetwork(int count, Ruleset ruleset) {
        for (int number = 0; number < count; number++) {
            partitions.add(new Partition(number, ruleset));
        }
    }

    private static AdmissionResult equal(AdmissionResult before, AdmissionResult again) {
        if (!before.equals(again)) {
            throw new AssertionError("decided again as " + again + " (expected: " + before + ")");
        }
        return again;
    }

    private static long sequence(long offset, int number) {
        return 2 * offset + number;
    }

    void ask(long atMillis, Asked asked) {
        partitions.get(homeOf(asked.admission().account())).append(atMillis, asked);
    }

    void report(long atMillis, Reported reported) {
        partitions.get(reported.lease().partition()).append(atMillis, reported);
    }

    /** Ends all leases whose time is over. */
    void look(long atMillis) {
        leases.keySet()
                .forEach(lease -> partitions.get(lease.partition()).append(atMillis, new Looked(lease.account())));
    }

    /** Lets everything arrive and be decided. */
    void settle(long atMillis) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Partition partition : partitions) {
                while (partition.hasNext()) {
                    partition.step();
                    moved = true;
                }
            }
            for (Road road : List.copyOf(roads.values())) {
                while (!road.isEmpty()) {
                    road.arrive(atMillis);
                    moved = true;
                }
            }
        }
    }

    /** Any function of the account does, as long as it is always the same. */
    int homeOf(String account) {
        return Math.floorMod(account.hashCode(), partitions.size());
    }

    int ownerOf(WideName name) {
        return Math.floorMod(name.text().hashCode() * 31, partitions.size());
    }

    /** Keys that are remembered as travelling. */
    long travelling() {
        return partitions.stream()
                .mapToLong(partition -> partition.keys.count(partition.ledger.clockMillis()))
                .sum();
    }

    long open() {
        return partitions.stream()
                .mapToLong(partition -> partition.wide.vouchers().count())
                .sum();
    }
}
