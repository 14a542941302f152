package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.Charge;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.credit.BucketCredits;
import io.sluice.engine.credit.BucketCredits.Share;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.ledger.HoldResult.Closing;
import io.sluice.engine.ledger.HoldResult.Due;
import io.sluice.engine.ledger.HoldResult.Settling;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldEntry.HeldBucket;
import io.sluice.engine.state.HoldEntry.HeldVoucher;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.WideEnd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of holds: reads the store, and returns the changes.
 *
 * <p><b>Expiry is lazy, and verdicts do not depend on when it is noticed.</b> By definition, every record of the
 * partition first ends all holds whose time is over, in the order of their expiries, each like a cancel at its moment
 * of expiry. That would mean visiting every account for every record. Instead, an account's holds are ended before
 * its own next decision, or by the clean-up, whichever comes first. The result is the same:
 *
 * <ul>
 * <li>Between an expiry and that moment nobody has charged the account's buckets, because every decision of the
 * account ends its due holds first. So only time and changes of rules have changed them.
 *   <li>The tokens go back at the moment of the expiry, into the bucket as it stood then under the rules in force then
 *       ({@link RulesetTimeline#before}). Later rules carry it over from there, as they would have. The clean-up leaves
 *       a bucket alone while its account has due holds, so the bucket is not past that moment.
 *   <li>Even within one ruleset the moment would not matter, unless an admission waits for a scheduled time between the
 *       two: time and return commute, {@code at(returned(at(s, e)), n) = returned(at(s, n))}. In a token bucket both
 *       only lower the shortfall, down to 0. In windows and logs a return lowers what was taken at the moment of its
 *       charge, and time only decides whether that still counts. {@code ReturnsCommuteTest} shows it for every
 *       algorithm, {@code HoldReplayTest} for ledgers.
 * </ul>
 *
 * <p>A lease may hold tokens of wide buckets as vouchers. Messages tell other partitions how they ended, so only a
 * record of the log ends such holds; see {@link HoldResult.Due#hasEnds}.
 *
 * <p>A change of the account's profile ends its due holds first, like every decision, so it never lies between an
 * expiry and its notice.
 *
 * <p>Tokens go back only to a limit whose bucket still contains the charge. The limit may have been absent for longer
 * than its buckets are kept, changed its scope, or been reset. Then the tokens are back already, and must not go back
 * twice. A change of a window may have mixed them with those of others; then they stay in use, too
 * ({@link io.sluice.engine.bucket.CarryOver#keepsCharges}).
 *
 * <p>Credits take part in this: each gets back what it paid, at the moment of the end, if its own time is not over
 * then. Nothing is charged to them between an expiry and its notice either. A settlement lists only limits whose
 * buckets still contain the hold's charge. What credits of other limits get back is in the state only, not in a
 * record.
 *
 * <p>Unspent tokens of a lease go back only if the bucket still contains the whole lease. If a change of the limit
 * cut the tokens in use, nobody knows how many of the remaining ones were lent, so the whole lease counts as used.
 * Example: 3,432 of 1,000,000 are used and 250,000 are lent. The limit becomes 200, all of them in use. Giving back
 * the 250,000 would free all 200, although the 3,432 used more than that.
 */
final class HoldLifecycle {
    /** The longest time for which a client's settlement is remembered; the hold's own expiry ends it, too. */
    static final long SETTLED_MILLIS_MAX = 600_000;

    private static final Comparator<DueHold> ORDER = Comparator.<DueHold>comparingLong(
                    due -> due.hold().expiresAtMillis())
            .thenComparing(due -> due.key().offset())
            .thenComparing(due -> due.key().kind());

    private final LedgerStore store;

    HoldLifecycle(LedgerStore store) {
        this.store = store;
    }

    private record DueHold(HoldKey key, HoldEntry.Open hold) {}

    /** Buckets as they stand after the changes so far. */
    private final class Buckets {
        private final Map<BucketKey, StoredBucket> changed = new LinkedHashMap<>();
        private final String account;
        private final List<Credit> credits;
        private UsedCredits used;
        private boolean isUseChanged;

        Buckets(String account, AccountTimeline timeline) {
            this.account = account;
            this.credits = timeline.credits();
            this.used = credits.isEmpty() ? UsedCredits.NONE : store.usedCredits(account);
        }

        private void use(List<CreditCharge> charges, long atMillis) {
            if (!charges.isEmpty()) {
                used = used.after(charges, credits, atMillis);
                isUseChanged = true;
            }
        }

        /** Gives the tokens back at a moment of the timeline's active ruleset; returns how the limits stand then. */
        private List<LimitOutcome> giveBack(DueHold due, Rest rest, long atMillis, AccountTimeline timeline) {
            List<LimitOutcome> outcomes = new ArrayList<>(due.hold().buckets().size());
            for (HeldBucket held : due.hold().buckets()) {
                BucketKey key = new BucketKey(account, held.limitId(), held.scope());
                HeldShare share = HeldShare.of(due.hold().cost(), held, rest.tokens());
                // A credit gets back what it paid, whatever happened to the limit, unless the credit has ended or was
                // removed.
                List<CreditCharge> back = open(share.credits(), atMillis);
                AccountCredits before = new AccountCredits(account, credits, used, atMillis);
                use(back, atMillis);
                // An absent limit may come back with its buckets, so they take back their tokens.
                AccountTimeline having = timeline.having(held.limitId(), atMillis);
                Limit limit = having == null ? null : having.limit(held.limitId());
                if (having == null || limit == null || !takesBack(limit, key, due, timeline)) {
                    continue;
                }
                StoredBucket stored = changed.containsKey(key) ? changed.get(key) : store.bucket(key);
                BucketState state = having.stateAt(limit, key, stored, atMillis);
                Charge charge = new Charge(due.hold().atMillis(), due.key().offset());
                BucketState left = share.charged() ? limit.algorithm().returned(state, charge, share.own()) : state;
                AccountCredits now = new AccountCredits(account, credits, used, atMillis);
                Over over = having == timeline
                        ? Over.of(limit, left, now.of(limit, key), rest.over())
                        : new Over(0, List.of());
                left = limit.algorithm().debited(left, over.own(), charge.slotId());
                use(over.credits(), atMillis);
                if (!left.equals(state)) {
                    // A full bucket may have been cleaned up, or not: it has no quiet threshold either way.
                    BucketMarks marks = BucketMarks.of(stored);
                    changed.put(key, having.stored(left, state.isFull() ? marks.armed() : marks));
                    state = left;
                }
                if (having != timeline || Limit.isOverage(held.limitId())) {
                    continue;
                }
                // No record counts what a limit in shadow was charged, so none may count it as given back.
                boolean counted = limit.isEnforcedFor(due.key().account())
                        && timeline.wasEnforced(held.limitId(), due.hold().revision());
                // In the partition's time: the answer must not depend on when the end of a hold is noticed.
                outcomes.add(LimitOutcome.of(
                                limit,
                                held.scope(),
                                state,
                                changed(before.of(limit, key), limit, key),
                                PartitionClock.at(atMillis))
                        .enforced(counted)
                        .metered(rest.over() == 0 ? null : new MeteredCharge(rest.over(), over.tokens()))
                        .build());
            }
            return outcomes;
        }

        /** A bucket's credits, with what has been taken from them since. */
        private BucketCredits changed(BucketCredits before, Limit limit, BucketKey key) {
            AccountCredits now = new AccountCredits(account, credits, used, before.nowMillis());
            return before.after(before.left() - now.of(limit, key).left());
        }

        /** The charges of credits that are still there. */
        private List<CreditCharge> open(List<CreditCharge> charges, long atMillis) {
            return charges.stream()
                    .filter(charge -> credits.stream()
                            .anyMatch(credit -> credit.version() == charge.version() && !credit.isOver(atMillis)))
                    .toList();
        }

        private @Nullable CreditChange creditChange() {
            return isUseChanged ? new CreditChange(account, used) : null;
        }

        private static boolean takesBack(Limit limit, BucketKey key, DueHold due, AccountTimeline timeline) {
            boolean slots = limit.algorithm() instanceof Concurrency;
            return slots == (due.key().kind() == HoldKind.SLOTS)
                    && timeline.carries(
                            key,
                            due.hold().revision(),
                            due.hold().settingsVersion(),
                            /* whole= */ due.key().kind() == HoldKind.LEASE);
        }

        private List<BucketChange> changes() {
            List<BucketChange> changes = new ArrayList<>(changed.size());
            changed.forEach((key, bucket) -> changes.add(new BucketChange(key, bucket)));
            return changes;
        }
    }

    /**
     * What goes back if a hold keeps less than it took. The kept part was paid in the order of use: credits before
     * the limit's own tokens, the bucket, then the other credits.
     *
     * @param charged whether the bucket paid anything
     * @param own tokens for the bucket
     * @param credits what each credit gets back
     */
    private record HeldShare(boolean charged, long own, List<CreditCharge> credits) {
        static HeldShare of(long cost, HeldBucket held, long returned) {
            if (held.credits().isEmpty()) {
                return new HeldShare(true, returned, List.of());
            }
            List<CreditCharge> credits = new ArrayList<>();
            long left = returned;
            for (int i = held.credits().size() - 1;
                    i >= 0 && !held.credits().get(i).first();
                    i--) {
                left -= giveBack(held.credits().get(i), left, credits);
            }
            long paid = cost - CreditCharge.sum(held.credits());
            long own = Math.min(left, paid);
            left -= own;
            for (int i = held.credits().size() - 1; i >= 0; i--) {
                if (held.credits().get(i).first()) {
                    left -= giveBack(held.credits().get(i), left, credits);
                }
            }
            return new HeldShare(paid > 0, own, credits);
        }

        private static long giveBack(CreditCharge charge, long left, List<CreditCharge> credits) {
            long back = Math.min(left, charge.tokens());
            if (back > 0) {
                credits.add(new CreditCharge(charge.version(), -back, charge.first()));
            }
            return back;
        }
    }

    /**
     * Tokens used beyond a reservation: they are charged as far as the overdraft allows.
     *
     * @param own tokens that the bucket pays
     */
    private record Over(long own, List<CreditCharge> credits) {
        static Over of(Limit limit, BucketState state, BucketCredits credits, long over) {
            Share share = credits.share(over, limit.algorithm().remaining(state));
            long own = Math.min(over - share.tokens(), limit.algorithm().chargeable(state, limit.debtMax()));
            return new Over(own, credits.taken(share));
        }

        long tokens() {
            return own + CreditCharge.sum(credits);
        }
    }

    boolean hasDue(String account, long nowMillis) {
        return store.holds(account).earliestExpiryMillis() <= nowMillis;
    }

    /** Ends the account's holds whose time is over. */
    Due due(String account, long nowMillis, Supplier<AccountTimeline> timeline) {
        AccountHolds holds = store.holds(account);
        if (holds.earliestExpiryMillis() > nowMillis) {
            return Due.NOTHING;
        }
        List<DueHold> dues = new ArrayList<>();
        long nextMillis = Long.MAX_VALUE;
        for (HoldKind kind : HoldKind.values()) {
            if (holds.count(kind) > 0) {
                int before = dues.size();
                long firstLeftMillis = collectDue(account, kind, nowMillis, dues);
                nextMillis = Math.min(nextMillis, firstLeftMillis);
                if (dues.size() == before && firstLeftMillis == Long.MAX_VALUE) {
                    holds = without(holds, kind);
                }
            }
        }
        dues.sort(ORDER);
        AccountTimeline whole = timeline.get();
        Buckets buckets = new Buckets(account, whole);
        List<HoldSettlement> settlements = new ArrayList<>(dues.size());
        List<Closing> closings = new ArrayList<>(dues.size());
        List<WideEnd> ends = new ArrayList<>();
        for (DueHold due : dues) {
            long endMillis = due.hold().expiresAtMillis();
            AccountTimeline then = whole.before(endMillis);
            // Slots expire, and tokens that no lease report returns count as spent.
            long tokens = due.key().kind() == HoldKind.RESERVATION ? due.hold().cost() : 0;
            long kept = due.key().kind() == HoldKind.LEASE ? due.hold().cost() : 0;
            List<LimitOutcome> limits = buckets.giveBack(due, new Rest(tokens, 0), endMillis, then);
            End end = new End(HoldOutcome.EXPIRED, kept, endMillis, then.revision(), 0);
            settlements.add(settlement(due, end, limits, /* returnsWide= */ false));
            closings.add(new Closing(due.key(), due.hold(), null));
            ends.addAll(ends(due.hold(), 0));
            holds = holds.closed(due.key().kind());
        }
        return new Due(
                settlements,
                new Settling(
                        account,
                        holds.withEarliest(nextMillis),
                        buckets.changes(),
                        closings,
                        buckets.creditChange(),
                        ends));
    }

    /** A count of holds that are not there would take their places for ever. */
    private static AccountHolds without(AccountHolds holds, HoldKind kind) {
        return new AccountHolds(
                kind == HoldKind.RESERVATION ? 0 : holds.reservations(),
                kind == HoldKind.SLOTS ? 0 : holds.slots(),
                kind == HoldKind.LEASE ? 0 : holds.leases(),
                holds.earliestExpiryMillis());
    }

    /** Adds the holds of one kind whose time is over; returns when the next one's will be. */
    private long collectDue(String account, HoldKind kind, long nowMillis, List<DueHold> dues) {
        long[] nextMillis = {Long.MAX_VALUE};
        List<HoldKey> keys = new ArrayList<>();
        store.visitOpenHolds(account, kind, (key, expiresAtMillis) -> {
            if (expiresAtMillis > nowMillis) {
                nextMillis[0] = expiresAtMillis;
                return false;
            }
            return keys.add(key);
        });
        for (HoldKey key : keys) {
            if (store.hold(key) instanceof HoldEntry.Open open) {
                dues.add(new DueHold(key, open));
            }
        }
        return nextMillis[0];
    }

    /** When the first open hold of the kind ends by itself. */
    long firstExpiryMillis(String account, HoldKind kind) {
        long[] firstMillis = {Long.MAX_VALUE};
        store.visitOpenHolds(account, kind, (key, expiresAtMillis) -> {
            firstMillis[0] = expiresAtMillis;
            return false;
        });
        return firstMillis[0];
    }

    /** Decides what a client requests for a hold; due holds have been ended before. */
    HoldResult decide(HoldAction action, long nowMillis, AccountTimeline timeline) {
        HoldEntry entry = store.hold(action.key());
        if (entry instanceof HoldEntry.Settled settled) {
            boolean repeats = settled.expiresAtMillis() > nowMillis
                    && settled.clientId().equals(action.clientId())
                    && settled.cost() == action.cost();
            return repeats ? new HoldResult.Repeated(repeated(action.key(), settled)) : new HoldResult.NotFound();
        }
        if (!(entry instanceof HoldEntry.Open hold)
                || !hold.clientId().equals(action.clientId())
                || hold.expiresAtMillis() <= nowMillis) {
            return new HoldResult.NotFound();
        }
        DueHold held = new DueHold(action.key(), hold);
        return action.cost() > hold.cost() && !hasOverdraft(held, timeline)
                ? new HoldResult.AboveReservation(hold.cost())
                : ended(held, action, nowMillis, timeline);
    }

    /** Whether more than was reserved may be kept: one limit at least says how far its bucket may go below empty. */
    private static boolean hasOverdraft(DueHold held, AccountTimeline timeline) {
        if (held.key().kind() != HoldKind.RESERVATION) {
            return false;
        }
        for (HeldBucket bucket : held.hold().buckets()) {
            Limit limit = timeline.limit(bucket.limitId());
            if (limit != null && limit.debtMax() > 0 && !Limit.isOverage(bucket.limitId())) {
                return true;
            }
        }
        return false;
    }

    private HoldResult ended(DueHold held, HoldAction action, long nowMillis, AccountTimeline timeline) {
        HoldEntry.Open hold = held.hold();
        long revision = timeline.revision();
        Buckets buckets = new Buckets(action.key().account(), timeline);
        Rest rest = Rest.of(hold.cost(), action.cost());
        List<LimitOutcome> limits = buckets.giveBack(held, rest, nowMillis, timeline);
        // A bucket that no longer contains the hold's charge is not charged more than the reservation.
        long uncharged = limits.size() < reported(hold) ? rest.over() : uncharged(limits);
        End end = new End(action.outcome(), action.cost(), nowMillis, revision, uncharged);
        HoldEntry.Settled settled = new HoldEntry.Settled(
                hold.clientId(),
                action.outcome(),
                hold.cost(),
                action.cost(),
                end.uncharged(),
                nowMillis,
                revision,
                Math.min(hold.expiresAtMillis(), nowMillis + SETTLED_MILLIS_MAX));
        AccountHolds holds =
                store.holds(action.key().account()).closed(action.key().kind());
        return new HoldResult.Ended(
                settlement(held, end, limits, returnsWide(held, timeline)),
                new Settling(
                        action.key().account(),
                        holds,
                        buckets.changes(),
                        List.of(new Closing(action.key(), hold, settled)),
                        buckets.creditChange(),
                        ends(hold, rest.tokens())));
    }

    /** The ends of the vouchers of wide buckets: each bucket was charged the tokens of the hold. */
    private static List<WideEnd> ends(HoldEntry.Open hold, long returned) {
        List<WideEnd> ends = new ArrayList<>(hold.vouchers().size());
        for (HeldVoucher held : hold.vouchers()) {
            ends.add(new WideEnd(held.limitId(), held.voucher(), returned));
        }
        return ends;
    }

    /** Only if the limit was enforced when it was charged, too: no record counts what a limit in shadow was charged. */
    private static boolean returnsWide(DueHold held, AccountTimeline timeline) {
        String account = held.key().account();
        for (HeldVoucher voucher : held.hold().vouchers()) {
            Limit limit = timeline.limit(voucher.limitId());
            if (limit != null
                    && limit.isEnforcedFor(account)
                    && timeline.wasEnforced(limit.id(), held.hold().revision())) {
                return true;
            }
        }
        return false;
    }

    /** The buckets of limits that a document has. */
    private static long reported(HoldEntry.Open hold) {
        return hold.buckets().stream()
                .filter(held -> !Limit.isOverage(held.limitId()))
                .count();
    }

    /** The end of a hold: how, with how many tokens kept and how many not charged, when, and under which ruleset. */
    private record End(HoldOutcome outcome, long cost, long atMillis, long revision, long uncharged) {}

    /**
     * The change at the end of a hold: tokens to give back, or tokens used beyond the hold.
     *
     * @param tokens to give back; 0 if {@code over} is not
     */
    private record Rest(long tokens, long over) {
        static Rest of(long reserved, long kept) {
            return new Rest(Math.max(0, reserved - kept), Math.max(0, kept - reserved));
        }
    }

    private static long uncharged(List<LimitOutcome> limits) {
        long uncharged = 0;
        for (LimitOutcome limit : limits) {
            MeteredCharge charge = limit.enforced() ? limit.metered() : null;
            uncharged = charge == null ? uncharged : Math.max(uncharged, charge.uncharged());
        }
        return uncharged;
    }

    private static HoldSettlement settlement(DueHold held, End end, List<LimitOutcome> limits, boolean returnsWide) {
        return new HoldSettlement(
                held.key(),
                held.hold().clientId(),
                end.outcome(),
                held.hold().cost(),
                end.cost(),
                end.uncharged(),
                end.atMillis(),
                end.revision(),
                limits,
                returnsWide);
    }

    private static HoldSettlement repeated(HoldKey key, HoldEntry.Settled settled) {
        return new HoldSettlement(
                key,
                settled.clientId(),
                settled.outcome(),
                settled.reserved(),
                settled.cost(),
                settled.uncharged(),
                settled.settledAtMillis(),
                settled.revision(),
                List.of(),
                /* returnsWide= */ false);
    }

    void apply(Settling changes) {
        for (BucketChange change : changes.buckets()) {
            store.putBucket(change.key(), change.bucket());
        }
        for (Closing closing : changes.closings()) {
            store.closeHold(closing.key(), closing.hold(), closing.settled());
        }
        CreditChange credits = changes.credits();
        if (credits != null) {
            store.putUsedCredits(credits.account(), credits.after());
        }
        store.putHolds(changes.account(), changes.holds());
    }
}
