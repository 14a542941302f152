package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.Charge;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.ledger.LimitCheck.LimitCharge;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WidePeer;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatement.Lent;
import io.sluice.engine.wide.WideStatement.Level;
import io.sluice.engine.wide.WideVoucher;
import io.sluice.engine.wide.WideWish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wide buckets that one partition owns: beside its {@link Ledger}, in the same store, decided from the same log.
 *
 * <pre>
 *   owner of the bucket                         partition of the account
 *   charge: bucket - cost, one voucher more  ──▶  decide: admitted  ──▶ end: kept
 *                                                         refused   ──▶ end: given back
 *   apply(end): bucket + what is given back, one voucher fewer  ◀──────┘
 * </pre>
 *
 * <p>The charge comes first, so nothing is admitted that no bucket paid for. The bucket remembers what is open ({@link
 * io.sluice.engine.bucket.OpenCharges}), so what is given back leaves the bucket as if it had not been taken, and never
 * fuller. In every prefix of the logs,
 *
 * <pre>
 *   charged = kept + given back + open vouchers + lapsed vouchers
 * </pre>
 *
 * <p>A request of a front end carries a wish, and is charged for a lease beside its cost ({@link LeaseGrants}). Those
 * tokens stay open until the lease ends; its end says how many of them are given back.
 *
 * <p>A voucher lapses that has no end for long ({@link WideCount#VOUCHERS}). What it charged stays charged.
 *
 * <p>Every message is taken once: each sender numbers its messages by its own log, and what is not above the last one
 * is a repetition ({@link WidePeer}).
 */
public final class WideLedger {
    private final int partition;
    private final Ledger ledger;
    private final LedgerStore store;
    private final BucketResolver resolver;

    /** The wide buckets of a partition whose ledger has this store. */
    public WideLedger(int partition, Ledger ledger, LedgerStore store) {
        this.partition = partition;
        this.ledger = ledger;
        this.store = store;
        this.resolver = new BucketResolver(store);
    }

    /** Whether a message was not taken before. */
    public boolean isNew(int sender, long sequence) {
        return store.widePeer(sender).isNew(sequence);
    }

    /** Notes that a message is taken. */
    public void taken(int sender, long sequence) {
        store.putWidePeer(sender, new WidePeer(sequence));
    }

    /** The ruleset revision that is in force. */
    public long revision() {
        return ledger.timeline().active().revision();
    }

    /** The vouchers that wait for their verdicts, and those that lapsed. */
    public LapsingCount vouchers() {
        return vouchers(ledger.clockMillis());
    }

    private LapsingCount vouchers(long nowMillis) {
        return store.wideCount(WideCount.VOUCHERS).at(nowMillis, WideCount.VOUCHERS.periodMillis());
    }

    /**
     * Decides a request's visit to one bucket; changes nothing.
     *
     * @param wish what would be lent beside the verdict
     * @param offset the offset of the visit in this partition's log
     */
    public WideCharge charge(WideName name, Admission admission, WideWish wish, long nowMillis, long offset) {
        return charge(name, admission, wish, new Visit(ledger.clock(), nowMillis, offset));
    }

    /**
     * Decides a visit that no record of this partition's log makes; changes nothing.
     *
     * @param clock the time of the visit
     * @param offset above that of every charge before
     */
    public WideCharge charge(WideName name, Admission admission, WideWish wish, PartitionClock clock, long offset) {
        return charge(name, admission, wish, new Visit(clock, clock.millis(), offset));
    }

    /** When a bucket is visited, and the number of the charge. */
    private record Visit(PartitionClock clock, long nowMillis, long offset) {}

    private WideCharge charge(WideName name, Admission admission, WideWish wish, Visit visit) {
        PartitionClock clock = visit.clock();
        long nowMillis = visit.nowMillis();
        long offset = visit.offset();
        AccountTimeline timeline = ledger.timeline(Scope.WIDE_ACCOUNT);
        // With the priorities that the document gives to the account's tier.
        Limit limit = timeline.ruleset().limit(name.limitId(), admission.account());
        if (limit == null
                || !limit.isWide()
                || admission.mode() == ChargeMode.REFUND
                || !limit.scope().valueIn(admission).equals(name.scope())) {
            return WideCharge.unchanged(WideStatement.unknown(name, clock.stampMillis()));
        }
        Admission asked = admission.inWideBucket();
        LimitCheck check = LimitCheck.of(
                limit,
                resolver.wide(limit, asked, admission.account(), timeline, nowMillis),
                limit.isEnforcedFor(admission.account()),
                asked,
                clock);
        LimitCharge charge = check.charge(asked, offset);
        Lent lent = LeaseGrants.ofWide(check, asked, wish);
        Admission debit = lent == null ? asked : asked.costing(asked.cost() + lent.tokens());
        LimitCheck whole =
                lent == null ? check : LimitCheck.of(limit, check.resolved(), check.enforced(), debit, clock);
        Charging charging = new Charging(debit, offset);
        long charged = charging.charge(whole).own();
        List<BucketChange> changes = charging.changes();
        WideVoucher voucher = null;
        if (charged > 0) {
            voucher = new WideVoucher(
                    partition,
                    offset,
                    nowMillis,
                    timeline.revision(),
                    check.key().scope(),
                    charged);
            changes = opened(check, changes, voucher);
        }
        LimitOutcome found =
                LimitOutcome.of(limit, name.scope(), check.found(), clock).build();
        LimitOutcome left =
                LimitOutcome.of(limit, name.scope(), charge.left(), clock).build();
        WideStatement statement = new WideStatement(
                name,
                clock.stampMillis(),
                found.capacity(),
                found.windowMillis(),
                level(found),
                level(left),
                check.retryAfterMillis(),
                check.cost(),
                voucher,
                lent);
        boolean refuses = check.enforced() && !check.admits() && check.action() != OnExceed.TAG;
        return new WideCharge(statement, refuses, changes, charging.counts(), charging.alerts());
    }

    /** The charge as one that may be given back. */
    private static List<BucketChange> opened(LimitCheck check, List<BucketChange> changes, WideVoucher voucher) {
        List<BucketChange> opened = new ArrayList<>(changes.size());
        for (BucketChange change : changes) {
            StoredBucket charged = change.bucket();
            opened.add(new BucketChange(
                    change.key(),
                    check.resolved()
                            .timeline()
                            .stored(
                                    check.limit()
                                            .algorithm()
                                            .opened(charged.state(), voucher.offset(), voucher.tokens()),
                                    charged.marks())));
        }
        return opened;
    }

    private static Level level(LimitOutcome outcome) {
        return new Level(outcome.remaining(), outcome.resetAfterMillis(), outcome.nextTokenMillis());
    }

    /** Makes a charge. */
    public void apply(WideCharge charge) {
        for (BucketChange change : charge.changes()) {
            store.putBucket(change.key(), change.bucket());
        }
        for (CountChange change : charge.counts()) {
            store.putBucketCount(change.key(), change.count());
        }
        WideVoucher voucher = charge.statement().voucher();
        if (voucher != null) {
            store.putWideCount(
                    WideCount.VOUCHERS, vouchers(voucher.atMillis()).begun(voucher.offset(), voucher.tokens()));
        }
    }

    /**
     * What becomes of the vouchers among these statements, if the verdict brings no lease.
     *
     * @param result the verdict; null if there will be none by them
     */
    public static List<WideEnd> ends(List<WideStatement> statements, @Nullable AdmissionResult result) {
        return ends(statements, result, /* leased= */ 0);
    }

    /**
     * What becomes of the vouchers among these statements.
     *
     * @param result the verdict; null if there will be none by them
     * @param leased tokens of the lease beside the verdict, which stay open; what was charged for it beyond goes back
     */
    public static List<WideEnd> ends(List<WideStatement> statements, @Nullable AdmissionResult result, long leased) {
        List<WideEnd> ends = new ArrayList<>();
        for (WideStatement statement : statements) {
            WideVoucher voucher = statement.voucher();
            if (voucher != null) {
                String limitId = statement.name().limitId();
                ends.add(
                        keeps(statement, result)
                                ? new WideEnd(limitId, voucher, statement.lentTokens() - leased, leased)
                                : new WideEnd(limitId, voucher, voucher.tokens()));
            }
        }
        return ends;
    }

    /** Whether the verdict admits, and counts this limit. */
    static boolean keeps(WideStatement statement, @Nullable AdmissionResult result) {
        if (!(result instanceof AdmissionResult.Decided decided)
                || !decided.outcome().allowed()) {
            return false;
        }
        for (LimitOutcome limit : decided.outcome().limits()) {
            if (limit.limitId().equals(statement.name().limitId())
                    && limit.scope().equals(statement.name().scope())) {
                return true;
            }
        }
        return false;
    }

    /** The buckets after vouchers of this partition have ended; changes nothing. */
    public Ending decide(List<WideEnd> ends, long nowMillis) {
        AccountTimeline timeline = ledger.timeline(Scope.WIDE_ACCOUNT);
        Map<BucketKey, StoredBucket> changed = new LinkedHashMap<>();
        LapsingCount vouchers = vouchers(nowMillis);
        for (WideEnd end : ends) {
            WideVoucher voucher = end.voucher();
            vouchers = vouchers.ended(end);
            BucketKey key = new BucketKey(Scope.WIDE_ACCOUNT, end.limitId(), voucher.scope());
            // A limit that is away may come back with what was in use, so its charges end, too.
            AccountTimeline rules = timeline.having(end.limitId(), nowMillis);
            if (rules == null) {
                continue;
            }
            Limit limit = rules.limit(end.limitId());
            // Nothing goes back to a bucket that new buckets share, nor over a change that dropped the charge.
            if (limit == null
                    || !limit.isWide()
                    || Scope.isOverflow(voucher.scope())
                    || !rules.carries(key, voucher.revision(), /* settingsVersion= */ 0, /* whole= */ false)) {
                continue;
            }
            StoredBucket stored = changed.containsKey(key) ? changed.get(key) : store.bucket(key);
            Algorithm algorithm = limit.algorithm();
            BucketState state = rules.stateAt(limit, key, stored, nowMillis);
            // Where a change cut what was in use, nobody knows which part of the rest is left: all of it counts as
            // kept.
            boolean isWhole = rules.carries(key, voucher.revision(), /* settingsVersion= */ 0, /* whole= */ true);
            BucketState left = algorithm.closed(
                    state, new Charge(voucher.atMillis(), voucher.offset()), end.ended(), isWhole ? end.returned() : 0);
            if (!left.equals(state)) {
                changed.put(key, rules.stored(left, BucketMarks.of(stored)));
            }
        }
        List<BucketChange> changes = new ArrayList<>(changed.size());
        changed.forEach((key, bucket) -> changes.add(new BucketChange(key, bucket)));
        return new Ending(vouchers, changes);
    }

    /**
     * The changes that come with the end of vouchers.
     *
     * @param vouchers what is open after that
     */
    public record Ending(LapsingCount vouchers, List<BucketChange> changes) {
        public Ending {
            changes = List.copyOf(changes);
        }
    }

    /** Makes the changes that come with the end of vouchers. */
    public void apply(Ending ending) {
        for (BucketChange change : ending.changes()) {
            store.putBucket(change.key(), change.bucket());
        }
        store.putWideCount(WideCount.VOUCHERS, ending.vouchers());
    }
}
