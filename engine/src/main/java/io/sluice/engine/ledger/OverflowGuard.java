package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ledger.Judgement.CountChange;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Guard;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the bucket that an admission is judged by: its own, or, if too many have begun one, a bucket that newcomers
 * share.
 *
 * <p><b>What is counted.</b> Not what is stored: the clean-up drops full buckets when it comes to them, and must not
 * show. Time is cut into periods, for each limit twice the time that its bucket takes to fill; in each, every bucket
 * is counted once, by its first charge. A bucket remembers until when it is <em>known</em>: to the end of the period
 * after the one that counted it last. The clean-up leaves known buckets alone, so absent means full and not known.
 *
 * <ul>
 *   <li>A bucket with something in use, or that is known, is judged by itself, whatever the counts are.
 *   <li>Any other belongs to a newcomer. It is begun if this period and the last both have fewer than the bound;
 *       otherwise the newcomer is judged by the shared bucket.
 * </ul>
 *
 * <p><b>What follows.</b> A charge has flowed back within a period, so whatever is in use was charged, and
 * counted, in this period or the last. Charges to such buckets do not make them more, and newcomers do only while
 * both counts are below the bound: never more than {@code 2 * bound - 1} buckets are in use or known.
 *
 * <p>Worked example, bound 2, period 60 s: a and b begin at 0 s; c comes at 10 s and shares. At 70 s the last period
 * has 2, so c shares still; a is known, goes on with its own and is the one of this period. At 120 s the last period
 * has 1: c begins.
 */
final class OverflowGuard {
    private final LedgerStore store;

    OverflowGuard(LedgerStore store) {
        this.store = store;
    }

    /** One limit, one admission, one moment. */
    private record Question(Limit limit, Admission admission, AccountCourse course, long nowMillis) {
        Guard guard() {
            return course.ruleset().guard();
        }

        /** What a bucket is marked with that this period has counted. */
        long knownUntilMillis() {
            return upToDate(null).lapsesAtMillis();
        }

        KeyCount upToDate(@Nullable KeyCount stored) {
            return (stored == null ? KeyCount.NONE : stored).at(nowMillis, guard().periodMillis(limit.id()));
        }
    }

    /** The bucket that the limit judges the admission by. */
    Place place(Limit limit, Admission admission, AccountCourse course, long nowMillis) {
        BucketKey own =
                new BucketKey(admission.account(), limit.id(), limit.scope().valueIn(admission));
        if (course.ruleset().guard().isOn()) {
            return guarded(new Question(limit, admission, course, nowMillis), own);
        }
        StoredBucket stored = store.bucket(own);
        BucketState found = course.stateAt(limit, own, stored, nowMillis);
        return new Place(own, course, found, BucketMarks.of(stored), 0, List.of());
    }

    private Place guarded(Question question, BucketKey ownKey) {
        Place own = at(question, ownKey);
        if (own.marks().knownUntilMillis() == question.knownUntilMillis()) {
            return counted(question, own, null, null);
        }
        Guard guard = question.guard();
        KeyCount ofAccount = isCounted(ownKey, guard) ? count(question, ownKey.account()) : null;
        boolean begins = isNewcomer(own, question.nowMillis());
        if (begins && ofAccount != null && !ofAccount.hasRoomFor(guard.bucketsPerAccount())) {
            own = at(question, new BucketKey(ownKey.account(), ownKey.limitId(), Scope.ACCOUNT_OVERFLOW));
            begins = isNewcomer(own, question.nowMillis());
            ofAccount = null;
        }
        boolean shares = guard.bucketsPerPartition() != Guard.UNBOUNDED
                && !question.course().isNamed();
        KeyCount ofPartition = shares ? count(question, CountKey.PARTITION) : null;
        if (begins && ofPartition != null && !ofPartition.hasRoomFor(guard.bucketsPerPartition())) {
            String together = Scope.overflowAccount(question.course().tier());
            return at(question, new BucketKey(together, ownKey.limitId(), Scope.PARTITION_OVERFLOW));
        }
        return counted(question, own, ofAccount, ofPartition);
    }

    /** A value that the account alone decides cannot be invented within it. */
    private static boolean isCounted(BucketKey key, Guard guard) {
        return guard.bucketsPerAccount() != Guard.UNBOUNDED
                && !key.scope().isEmpty()
                && !key.scope().equals(key.account());
    }

    private static boolean isNewcomer(Place place, long nowMillis) {
        return place.found().isFull() && place.marks().knownUntilMillis() <= nowMillis;
    }

    /** The place, with what has to be counted once it is charged. */
    private static Place counted(
            Question question, Place place, @Nullable KeyCount ofAccount, @Nullable KeyCount ofPartition) {
        long knownUntilMillis = question.knownUntilMillis();
        List<CountChange> counts = new ArrayList<>(2);
        if (place.marks().knownUntilMillis() != knownUntilMillis) {
            String limitId = place.key().limitId();
            if (ofAccount != null) {
                counts.add(new CountChange(new CountKey(place.key().account(), limitId), ofAccount.withOneMore()));
            }
            if (ofPartition != null) {
                counts.add(new CountChange(new CountKey(CountKey.PARTITION, limitId), ofPartition.withOneMore()));
            }
        }
        return new Place(place.key(), place.course(), place.found(), place.marks(), knownUntilMillis, counts);
    }

    private KeyCount count(Question question, String account) {
        return question.upToDate(
                store.keyCount(new CountKey(account, question.limit().id())));
    }

    private Place at(Question question, BucketKey key) {
        StoredBucket stored = store.bucket(key);
        AccountCourse course = question.admission().account().equals(key.account())
                ? question.course()
                : question.course().of(key.account(), store.profile(key.account()));
        BucketState found = course.stateAt(question.limit(), key, stored, question.nowMillis());
        return new Place(key, course, found, BucketMarks.of(stored), 0, List.of());
    }
}
