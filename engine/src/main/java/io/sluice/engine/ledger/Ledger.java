package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.HoldJudgement.Due;
import io.sluice.engine.ledger.HoldJudgement.Settling;
import io.sluice.engine.ledger.Judgement.BucketChange;
import io.sluice.engine.ledger.Judgement.NewHold;
import io.sluice.engine.ledger.Judgement.NewHolds;
import io.sluice.engine.ledger.Judgement.NewMemo;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pure state machine of one request partition.
 *
 * <p>Records go in, in the order of the log:
 *
 * <pre>
 *   advance(stamp, offset) -&gt; now         the partition's time never runs backwards, and no record comes twice
 *   mark(own time) -&gt; effect              whether the stamp just now was right
 *   due(account, now) -&gt; due              reads only: what the account holds and is over; applied before all below
 *   decide(admission, now) -&gt; judgement   reads only
 *   decide(hold action, now) -&gt; judgement reads only
 *   decide(profile command, now) -&gt; ruling  reads only
 *   apply(...)                            the only writer of buckets, memos, holds and profiles
 *   activate(ruleset, now)                from here on, this revision judges
 * </pre>
 *
 * <p>Two ledgers that were given the same records hold the same state and have given the same answers; that is the
 * whole recovery story of Sluice, and what the log oracle checks. Not thread-safe: one task owns one ledger.
 */
public final class Ledger {
    /** Stored buckets visited for one quota query: a bound on what an account with many attribute values costs. */
    public static final int QUOTA_VISITS_MAX = 1_000;

    private final LedgerStore store;
    private final HoldBook holds;
    private final OverflowGuard guard;
    private final LeaseBook leases;
    private final ProfileBook profiles;
    private RulesetTimeline timeline;
    private LogPosition position;

    public Ledger(LedgerStore store, RulesetTimeline timeline) {
        this.store = store;
        this.holds = new HoldBook(store);
        this.guard = new OverflowGuard(store);
        this.leases = new LeaseBook(store, holds, guard);
        this.profiles = new ProfileBook(store);
        this.timeline = timeline;
        this.position = store.position();
    }

    public RulesetTimeline timeline() {
        return timeline;
    }

    public long clockMillis() {
        return position.clock().millis();
    }

    public PartitionClock clock() {
        return position.clock();
    }

    /** How far the log was judged. */
    public LogPosition position() {
        return position;
    }

    /** Whether a record was judged before, so that it must not be judged again. */
    public boolean isJudged(long offset) {
        return offset <= position.offset();
    }

    /**
     * Goes on to a record that was not judged yet, and returns the partition's time at it; see {@link PartitionClock}.
     *
     * @param stampMillis when the broker says that the record was written
     */
    public long advance(long stampMillis, long offset) {
        if (isJudged(offset)) {
            throw new IllegalArgumentException(
                    "offset: " + offset + " (expected: above " + position.offset() + ", which is judged)");
        }
        position = position.after(offset, stampMillis);
        store.putPosition(position);
        return position.clock().millis();
    }

    /** Goes on to the record right behind the last one. */
    public long advance(long stampMillis) {
        return advance(stampMillis, position.offset() + 1);
    }

    /** Takes the time that somebody who is trusted read off a clock of its own when the last record was written. */
    public MarkEffect mark(long markMillis) {
        PartitionClock clock = position.clock();
        if (!clock.agreesWith(markMillis)) {
            return MarkEffect.DISAGREES;
        }
        PartitionClock confirmed = clock.confirmed();
        if (confirmed.equals(clock)) {
            return MarkEffect.AGREES;
        }
        position = new LogPosition(position.offset(), confirmed);
        store.putPosition(position);
        return MarkEffect.CAUGHT_UP;
    }

    /** Puts a ruleset in force; returns false, and changes nothing, if this or a newer revision already is. */
    public boolean activate(Ruleset ruleset, long nowMillis) {
        if (ruleset.revision() <= timeline.active().revision()) {
            return false;
        }
        timeline = timeline.activated(ruleset, nowMillis);
        return true;
    }

    /**
     * Holds of the account whose time is over; changes nothing. Every decision of an account, and every look at it, comes
     * after its due holds are applied. When that happens besides does not show; see {@link HoldBook}.
     */
    public Due due(String account, long nowMillis) {
        return holds.due(account, nowMillis, () -> course(account));
    }

    /** Judges what a client wants done with a hold; changes nothing. */
    public HoldJudgement decide(HoldAction action, long nowMillis) {
        return holds.decide(action, nowMillis, course(action.key().account()));
    }

    /**
     * Judges what a front end wants to answer by itself; changes nothing.
     *
     * @param offset the request's place in the log: names the lease
     */
    public LeaseJudgement decide(LeaseAsk ask, long nowMillis, long offset) {
        return leases.decide(ask, course(ask.question().account()), clock(), nowMillis, offset);
    }

    /** Judges what somebody wants changed about an account, whose due holds have been ended; changes nothing. */
    public ProfileRuling decide(ProfileCommand command, long nowMillis) {
        return profiles.decide(command, nowMillis, timeline);
    }

    /** Changes an account. */
    public void apply(ProfileEvent event) {
        profiles.apply(event);
    }

    /** What is known of an account beside the rules. */
    public AccountProfile profile(String account) {
        return store.profile(account);
    }

    /** The tier by which the account is judged. */
    public String tierOf(String account) {
        return course(account).tier();
    }

    /** The tier by which the account would be judged if this were known of it. */
    public String tierOf(String account, AccountProfile profile) {
        return new AccountCourse(timeline, account, profile).tier();
    }

    /** The rules as they hold for one account. */
    AccountCourse course(String account) {
        return new AccountCourse(timeline, account, store.profile(account));
    }

    /** Makes the changes that come with the end of holds. */
    public void apply(Settling changes) {
        holds.apply(changes);
    }

    /** Makes the changes that come with the end of holds, if there are any. */
    public void apply(Due due) {
        if (due.changes() != null) {
            holds.apply(due.changes());
        }
    }

    /**
     * Judges an admission under the active ruleset; changes nothing.
     *
     * @param offset the request's place in the log: names what it holds
     */
    public Judgement decide(Admission admission, @Nullable String idempotencyKey, long nowMillis, long offset) {
        if (idempotencyKey == null) {
            return judged(admission, null, nowMillis, offset);
        }
        MemoKey key = new MemoKey(admission.account(), admission.clientId(), idempotencyKey);
        long fingerprint = Fingerprint.of(admission);
        Memo memo = store.memo(key);
        if (memo == null || memo.isExpired(nowMillis)) {
            return judged(admission, new PendingMemo(key, fingerprint), nowMillis, offset);
        }
        return memo.fingerprint() == fingerprint
                ? new Judgement.Replayed(memo.outcome())
                : new Judgement.KeyReused(memo.outcome().decidedAtMillis());
    }

    private Judgement.Decided judged(Admission admission, @Nullable PendingMemo pending, long nowMillis, long offset) {
        AccountCourse course = course(admission.account());
        Ruleset ruleset = course.ruleset();
        Listing listing = course.listing(admission, nowMillis);
        if (listing != null) {
            return listed(admission, course, listing, pending, nowMillis);
        }
        Evaluation evaluation = Evaluation.of(admission, course, guard, clock(), nowMillis);
        HoldOpening opening = HoldOpening.of(admission, evaluation, nowMillis, offset);
        long freeAtMillis = opening == null ? 0 : opening.freeAtMillis(store, holds);
        boolean allowed = evaluation.admits() && freeAtMillis == 0;
        Charging charging = new Charging(admission, offset);
        Outcome outcome = new Outcome(
                nowMillis,
                ruleset.revision(),
                course.tier(),
                admission.cost(),
                evaluation.admits() && !allowed ? Reason.TOO_MANY_RESERVATIONS : evaluation.reason(),
                allowed ? evaluation.charged(charging) : evaluation.uncharged(),
                allowed && opening != null ? opening.holding() : refusedUntil(freeAtMillis, nowMillis),
                null);
        return new Judgement.Decided(
                outcome,
                charging.changes(),
                pending == null ? null : pending.memo(outcome, ruleset, clock()),
                allowed && opening != null ? opening.newHolds(course, store) : null,
                charging.alerts(),
                charging.counts());
    }

    private Holding refusedUntil(long freeAtMillis, long nowMillis) {
        return Holding.refused(freeAtMillis == 0 ? 0 : nowMillis + clock().callersMillis(freeAtMillis - nowMillis));
    }

    private Judgement.Decided listed(
            Admission admission, AccountCourse course, Listing listing, @Nullable PendingMemo pending, long nowMillis) {
        Ruleset ruleset = course.ruleset();
        Outcome outcome = new Outcome(
                nowMillis,
                ruleset.revision(),
                course.tier(),
                admission.cost(),
                listing.access() == Access.ALLOW ? Reason.ALLOW_LISTED : Reason.DENY_LISTED,
                List.of(),
                Holding.NONE,
                Listed.by(listing, clock(), nowMillis));
        NewMemo memo = pending == null ? null : pending.memo(outcome, ruleset, clock());
        return new Judgement.Decided(outcome, List.of(), memo, null, List.of(), List.of());
    }

    /** Makes a judgement's changes. */
    public void apply(Judgement judgement) {
        if (!(judgement instanceof Judgement.Decided decided)) {
            return;
        }
        for (BucketChange change : decided.changes()) {
            store.putBucket(change.key(), change.bucket());
        }
        decided.counts().forEach(change -> store.putKeyCount(change.key(), change.count()));
        NewMemo memo = decided.memo();
        if (memo != null) {
            store.putMemo(memo.key(), memo.memo());
        }
        NewHolds opened = decided.holds();
        if (opened != null) {
            for (NewHold opening : opened.holds()) {
                store.openHold(opening.key(), opening.hold());
            }
            store.putHolds(opened.holds().get(0).key().account(), opened.after());
        }
    }

    /**
     * What every limit of a client's tier holds for it now, whatever the route; takes nothing. A limit that counts by
     * attributes appears once for each of its buckets that is not full; {@link #QUOTA_VISITS_MAX} are looked at.
     */
    public List<LimitOutcome> quota(Admission look, long nowMillis) {
        return new QuotaLook(store, guard, course(look.account()), clock(), nowMillis).limits(look);
    }

    /**
     * A stored bucket as it stands now under the active ruleset, or null if it equals one that was never stored. A bucket
     * to which due holds may still give something back stays as it is, and one that is known is kept.
     */
    public @Nullable StoredBucket refreshed(BucketKey key, StoredBucket stored) {
        if (holds.hasDue(key.account(), clockMillis())) {
            return stored;
        }
        AccountCourse course = course(key.account());
        boolean known = stored.marks().knownUntilMillis() > clockMillis();
        Limit limit = course.limit(key.limitId());
        StoredBucket kept = limit == null ? course.kept(key, stored, clockMillis()) : null;
        if (kept != null) {
            return kept;
        }
        // What was in use under a limit that is gone for long is forgotten; that it is known is not.
        BucketState state = limit == null ? TokenState.full(0) : course.stateAt(limit, key, stored, clockMillis());
        return state.isFull() && !known ? null : course.stored(state, stored.marks());
    }

    /** Whether a bucket was stored under the ruleset and the profile that are in force now. */
    public boolean isCurrent(BucketKey key, StoredBucket stored) {
        return course(key.account()).isCurrent(stored);
    }

    /** Whether the memory of a settled hold can no longer change an answer. */
    public boolean isExpired(HoldEntry.Settled settled) {
        return settled.expiresAtMillis() <= clockMillis();
    }

    /** Whether a count can no longer change an answer. */
    public boolean isExpired(KeyCount count) {
        return count.lapsesAtMillis() <= clockMillis();
    }

    /** Whether a memo can no longer change an answer. */
    public boolean isExpired(Memo memo) {
        return memo.isExpired(clockMillis());
    }
}
