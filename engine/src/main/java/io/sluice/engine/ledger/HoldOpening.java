package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.ledger.AdmissionResult.NewHold;
import io.sluice.engine.ledger.AdmissionResult.NewHolds;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldEntry.HeldBucket;
import io.sluice.engine.state.HoldEntry.HeldVoucher;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.LedgerStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The holds that an admission opens if it is allowed: a reservation if it requests one, and slots if a concurrency
 * limit is charged. They are two holds, because they end separately: a reservation when the cost is known, a slot
 * when the work has stopped.
 *
 * @param delayMillis how long the admission is delayed first; the time of a reservation begins then
 * @param tokensKind the kind of hold for the tokens: a reservation or a lease; null if they are spent at once
 * @param slotsUntilMillis when the last slot expires; 0 if none is taken
 * @param vouchers what a lease has of wide buckets
 */
record HoldOpening(
        Admission admission,
        LimitCheck[] checks,
        long nowMillis,
        long offset,
        long delayMillis,
        @Nullable HoldKind tokensKind,
        long slotsUntilMillis,
        List<HeldVoucher> vouchers) {

    /** Null if the admission holds nothing, as most do. */
    static @Nullable HoldOpening of(Admission admission, Evaluation evaluation, long nowMillis, long offset) {
        long slotsUntilMillis = 0;
        LimitCheck[] checks = evaluation.checks();
        for (LimitCheck check : checks) {
            if (check.limit().algorithm() instanceof Concurrency concurrency && check.cost() > 0 && check.admits()) {
                slotsUntilMillis = Math.max(slotsUntilMillis, nowMillis + concurrency.ttlMillis());
            }
        }
        HoldKind tokensKind = admission.reserveMillis() > 0 ? HoldKind.RESERVATION : null;
        return tokensKind != null || slotsUntilMillis > 0
                ? new HoldOpening(
                        admission,
                        checks,
                        nowMillis,
                        offset,
                        evaluation.delayMillis(),
                        tokensKind,
                        slotsUntilMillis,
                        List.of())
                : null;
    }

    /** What a lease holds: its tokens. */
    static HoldOpening ofLease(Admission debit, Evaluation evaluation, long nowMillis, long offset) {
        List<HeldVoucher> vouchers = new ArrayList<>(evaluation.wides().size());
        for (WideCheck check : evaluation.wides()) {
            vouchers.add(new HeldVoucher(check.limit().id(), check.voucher().having(debit.cost())));
        }
        return new HoldOpening(debit, evaluation.checks(), nowMillis, offset, 0, HoldKind.LEASE, 0, vouchers);
    }

    /** When the account will have room for these holds, if no hold is settled before; 0 if it has room now. */
    long freeAtMillis(LedgerStore store, HoldLifecycle lifecycle) {
        AccountHolds holds = store.holds(admission.account());
        long freeAtMillis = 0;
        for (HoldKind kind : kinds()) {
            if (!holds.hasRoomFor(kind)) {
                freeAtMillis = Math.max(freeAtMillis, lifecycle.firstExpiryMillis(admission.account(), kind));
            }
        }
        return freeAtMillis;
    }

    private List<HoldKind> kinds() {
        List<HoldKind> kinds = new ArrayList<>(2);
        if (tokensKind != null) {
            kinds.add(tokensKind);
        }
        if (slotsUntilMillis > 0) {
            kinds.add(HoldKind.SLOTS);
        }
        return kinds;
    }

    /** What the answer reports about them. */
    HoldGrant holdGrant() {
        long reservedUntilMillis = tokensKind == null ? 0 : expiresAtMillis(tokensKind);
        return new HoldGrant(offset, reservedUntilMillis, slotsUntilMillis, 0);
    }

    private long expiresAtMillis(HoldKind kind) {
        return kind == HoldKind.SLOTS ? slotsUntilMillis : nowMillis + delayMillis + admission.reserveMillis();
    }

    /** The holds to open. */
    NewHolds newHolds(AccountTimeline timeline, LedgerStore store) {
        List<HoldKind> kinds = kinds();
        AccountHolds after = store.holds(admission.account());
        List<NewHold> opened = new ArrayList<>(kinds.size());
        for (HoldKind kind : kinds) {
            HoldEntry.Open hold = new HoldEntry.Open(
                    admission.clientId(),
                    cost(kind),
                    nowMillis,
                    expiresAtMillis(kind),
                    timeline.revision(),
                    timeline.settingsVersion(),
                    buckets(kind),
                    kind == HoldKind.LEASE ? vouchers : List.of());
            opened.add(new NewHold(new HoldKey(admission.account(), kind, offset), hold));
            after = after.opened(kind, hold.expiresAtMillis());
        }
        return new NewHolds(opened, after);
    }

    /** Slots come back as a whole, so the largest number is enough for each. */
    private long cost(HoldKind kind) {
        if (kind != HoldKind.SLOTS) {
            return admission.cost();
        }
        long most = 0;
        for (LimitCheck check : checks) {
            most = check.limit().algorithm() instanceof Concurrency ? Math.max(most, check.cost()) : most;
        }
        return most;
    }

    /**
     * The buckets that are charged: a limit in shadow that would refuse is not. A charge to a bucket that accounts
     * share does not come back, for only its own account notices the end of a hold.
     */
    private List<HeldBucket> buckets(HoldKind kind) {
        List<HeldBucket> buckets = new ArrayList<>(checks.length);
        for (LimitCheck check : checks) {
            boolean slots = check.limit().algorithm() instanceof Concurrency;
            boolean room = buckets.size() < AccountHolds.BUCKETS_MAX;
            boolean own = check.key().account().equals(admission.account());
            boolean held = own && check.isHeld() && check.admits() && check.cost() > 0;
            if (held && room && slots == (kind == HoldKind.SLOTS)) {
                buckets.add(new HeldBucket(
                        check.key().limitId(),
                        check.key().scope(),
                        check.resolved().credits().taken(check.share())));
            }
            ResolvedBucket overage = check.resolved().overage();
            boolean takes = own && check.isHeld() && check.cost() > 0 && kind != HoldKind.SLOTS;
            if (overage != null && takes && buckets.size() < AccountHolds.BUCKETS_MAX) {
                buckets.add(
                        new HeldBucket(overage.key().limitId(), overage.key().scope(), List.of()));
            }
        }
        return buckets;
    }
}
