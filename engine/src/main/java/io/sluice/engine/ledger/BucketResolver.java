package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.CardinalityLimits;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the bucket that decides an admission: its own, or, if there are too many new buckets, one that new
 * buckets share.
 *
 * <p><b>What is counted.</b> Charged buckets, not stored ones: the clean-up drops full buckets at some time, and that
 * must not change a verdict. Time is cut into periods, for each limit twice the time that its bucket takes to fill.
 * In each period, every bucket is counted once, by its first charge. A bucket remembers until when it is
 * <em>known</em>: to the end of the period after the one that counted it last. The clean-up leaves known buckets alone,
 * so an absent bucket is full and not known.
 *
 * <ul>
 *   <li>A bucket with something in use, or that is known, decides by itself, whatever the counts are.
 *   <li>Any other is a new bucket. It is created if this period and the last both have fewer than the bound. Otherwise
 *       the shared bucket decides.
 * </ul>
 *
 * <p><b>What follows.</b> A charge has flowed back within a period. So whatever is in use was charged, and counted, in
 * this period or the last. Charges to such buckets do not add buckets. New buckets do, but only while both counts are
 * below the bound. So never more than {@code 2 * bound - 1} buckets are in use or known.
 *
 * <p>Worked example, bound 2, period 60 s: a and b begin at 0 s; c comes at 10 s and shares. At 70 s the last period
 * has 2, so c still shares. Bucket a is known, keeps its own bucket and is the one of this period. At 120 s the last
 * period has 1, so c begins.
 */
final class BucketResolver {
    private final LedgerStore store;

    BucketResolver(LedgerStore store) {
        this.store = store;
    }

    /** One limit, one admission, the account that asks, and one moment. */
    private record Request(Limit limit, Admission admission, String asker, AccountTimeline timeline, long nowMillis) {
        CardinalityLimits cardinality() {
            return timeline.ruleset().cardinality();
        }

        /** The mark of a bucket that this period has counted. */
        long countedUntilMillis() {
            return upToDate(null).lapsesAtMillis();
        }

        BucketCount upToDate(@Nullable BucketCount stored) {
            return (stored == null ? BucketCount.NONE : stored)
                    .at(nowMillis, cardinality().periodMillis(limit.id()));
        }
    }

    /** The bucket by which the limit decides the admission. */
    ResolvedBucket resolved(Limit limit, Admission admission, AccountTimeline timeline, long nowMillis) {
        return resolved(new Request(limit, admission, admission.account(), timeline, nowMillis));
    }

    /**
     * The wide bucket by which the limit decides the admission.
     *
     * @param admission as it is {@linkplain Admission#inWideBucket in a wide bucket}
     * @param asker the account that asks: its new buckets are counted by themselves, so that it cannot use up the room
     *     of all
     */
    ResolvedBucket wide(Limit limit, Admission admission, String asker, AccountTimeline timeline, long nowMillis) {
        return resolved(new Request(limit, admission, asker, timeline, nowMillis));
    }

    private ResolvedBucket resolved(Request request) {
        Limit limit = request.limit();
        long nowMillis = request.nowMillis();
        ResolvedBucket resolved = alone(request);
        Limit overage = limit.overage();
        return overage == null ? resolved : resolved.with(overage(overage, resolved, nowMillis));
    }

    /** The bucket of everything that exceeds the limit. It has at least what the limit has in use. */
    private ResolvedBucket overage(Limit overage, ResolvedBucket resolved, long nowMillis) {
        BucketKey key = new BucketKey(
                resolved.key().account(), overage.id(), resolved.key().scope());
        StoredBucket stored = store.bucket(key);
        BucketState own = resolved.timeline().stateAt(overage, key, stored, nowMillis);
        // A bucket with less is outdated, or was never stored: ignore it.
        return own.usedTokens() < resolved.found().usedTokens()
                ? new ResolvedBucket(key, resolved.timeline(), resolved.found(), BucketMarks.NONE, 0, List.of())
                : new ResolvedBucket(key, resolved.timeline(), own, BucketMarks.of(stored), 0, List.of());
    }

    private ResolvedBucket alone(Request request) {
        Limit limit = request.limit();
        AccountTimeline timeline = request.timeline();
        long nowMillis = request.nowMillis();
        BucketKey own = new BucketKey(
                request.admission().account(), limit.id(), limit.scope().valueIn(request.admission()));
        if (request.cardinality().bounds(limit)) {
            return counted(request, own);
        }
        StoredBucket stored = store.bucket(own);
        BucketState found = timeline.stateAt(limit, own, stored, nowMillis);
        return new ResolvedBucket(own, timeline, found, BucketMarks.of(stored), 0, List.of());
    }

    private ResolvedBucket counted(Request request, BucketKey ownKey) {
        ResolvedBucket own = at(request, ownKey);
        if (own.marks().countedUntilMillis() == request.countedUntilMillis()) {
            return counted(request, own, null, null);
        }
        CardinalityLimits cardinality = request.cardinality();
        long bucketsPerAccount = cardinality.bucketsPerAccount(request.limit());
        BucketCount ofAccount = isCounted(ownKey, bucketsPerAccount) ? count(request, request.asker()) : null;
        boolean begins = isNewBucket(own, request.nowMillis());
        if (begins && ofAccount != null && !ofAccount.hasRoomFor(bucketsPerAccount)) {
            String together = request.limit().isWide() ? Scope.overflowOf(request.asker()) : Scope.ACCOUNT_OVERFLOW;
            own = at(request, new BucketKey(ownKey.account(), ownKey.limitId(), together));
            begins = isNewBucket(own, request.nowMillis());
            ofAccount = null;
        }
        long bucketsPerPartition = cardinality.bucketsPerPartition(request.limit());
        boolean shares = bucketsPerPartition != CardinalityLimits.UNBOUNDED
                && !request.timeline().isNamed();
        BucketCount ofPartition = shares ? count(request, BucketCountKey.PARTITION) : null;
        if (begins && ofPartition != null && !ofPartition.hasRoomFor(bucketsPerPartition)) {
            String together = Scope.overflowAccount(request.timeline().tier());
            return at(request, new BucketKey(together, ownKey.limitId(), Scope.PARTITION_OVERFLOW));
        }
        return counted(request, own, ofAccount, ofPartition);
    }

    /** A scope value that depends on the account alone cannot be invented within the account. */
    private static boolean isCounted(BucketKey key, long bucketsPerAccount) {
        return bucketsPerAccount != CardinalityLimits.UNBOUNDED
                && !key.scope().isEmpty()
                && !key.scope().equals(key.account());
    }

    private static boolean isNewBucket(ResolvedBucket resolved, long nowMillis) {
        return resolved.found().isFull() && resolved.marks().countedUntilMillis() <= nowMillis;
    }

    /** The bucket, with what has to be counted once it is charged. */
    private static ResolvedBucket counted(
            Request request,
            ResolvedBucket resolved,
            @Nullable BucketCount ofAccount,
            @Nullable BucketCount ofPartition) {
        long countedUntilMillis = request.countedUntilMillis();
        List<CountChange> counts = new ArrayList<>(2);
        if (resolved.marks().countedUntilMillis() != countedUntilMillis) {
            String limitId = resolved.key().limitId();
            if (ofAccount != null) {
                counts.add(new CountChange(new BucketCountKey(request.asker(), limitId), ofAccount.withOneMore()));
            }
            if (ofPartition != null) {
                counts.add(new CountChange(
                        new BucketCountKey(BucketCountKey.PARTITION, limitId), ofPartition.withOneMore()));
            }
        }
        return new ResolvedBucket(
                resolved.key(), resolved.timeline(), resolved.found(), resolved.marks(), countedUntilMillis, counts);
    }

    private BucketCount count(Request request, String account) {
        return request.upToDate(
                store.bucketCount(new BucketCountKey(account, request.limit().id())));
    }

    private ResolvedBucket at(Request request, BucketKey key) {
        StoredBucket stored = store.bucket(key);
        AccountTimeline timeline = request.admission().account().equals(key.account())
                ? request.timeline()
                : request.timeline().of(key.account(), store.profile(key.account()));
        BucketState found = timeline.stateAt(request.limit(), key, stored, request.nowMillis());
        return new ResolvedBucket(key, timeline, found, BucketMarks.of(stored), 0, List.of());
    }
}
