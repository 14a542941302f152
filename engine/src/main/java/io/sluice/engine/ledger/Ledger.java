package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.ledger.AdmissionResult.NewHold;
import io.sluice.engine.ledger.AdmissionResult.NewHolds;
import io.sluice.engine.ledger.AdmissionResult.NewIdempotencyRecord;
import io.sluice.engine.ledger.HoldResult.Due;
import io.sluice.engine.ledger.HoldResult.Settling;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.signal.ReportEffect;
import io.sluice.engine.signal.SignalReport;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.MarkEffect;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.WideStatements;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pure state machine of one request partition.
 *
 * <p>Records go in, in the order of the log:
 *
 * <pre>
 *   advance(stamp, offset) -&gt; now         the partition's time never runs backwards, and no record comes twice
 *   mark(own time) -&gt; effect              whether the stamp of the last record was right
 *   due(account, now) -&gt; due              reads only: the account's holds that are over; applied before all below
 *   decide(admission, now) -&gt; result   reads only
 *   decide(hold action, now) -&gt; result reads only
 *   decide(profile command, now) -&gt; result  reads only
 *   apply(...)                            the only writer of buckets, idempotency records, holds and profiles
 *   activate(ruleset, now)                from here on, this revision decides
 * </pre>
 *
 * <p>Two ledgers that got the same records hold the same state and have given the same answers. That is the
 * whole recovery story of Sluice, and the log oracle checks it. Not thread-safe: one task owns one ledger.
 */
public final class Ledger {
    /** Stored buckets visited for one quota query: a bound on what an account with many attribute values costs. */
    public static final int QUOTA_VISITS_MAX = 1_000;

    private final LedgerStore store;
    private final HoldLifecycle holds;
    private final BucketResolver resolver;
    private final LeaseGrants leases;
    private final ProfileChanges profiles;
    private RulesetTimeline timeline;
    private LogPosition position;
    private LedgerVersion version = LedgerVersion.FIRST;

    public Ledger(LedgerStore store, RulesetTimeline timeline) {
        this.store = store;
        this.holds = new HoldLifecycle(store);
        this.resolver = new BucketResolver(store);
        this.leases = new LeaseGrants(store, holds, resolver);
        this.profiles = new ProfileChanges(store);
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

    /** The position of the last decided record. */
    public LogPosition position() {
        return position;
    }

    /** Whether a record was decided before, so that it must not be decided again. */
    public boolean isDecided(long offset) {
        return offset <= position.offset();
    }

    /**
     * Goes on to the next undecided record, and returns the partition's time at it; see {@link PartitionClock}.
     *
     * @param stampMillis the broker's time stamp of the record
     */
    public long advance(long stampMillis, long offset) {
        if (isDecided(offset)) {
            throw new IllegalArgumentException(
                    "offset: " + offset + " (expected: above " + position.offset() + ", which is decided)");
        }
        position = position.after(offset, stampMillis);
        store.putPosition(position);
        return position.clock().millis();
    }

    /** Goes on to the record right after the last one. */
    public long advance(long stampMillis) {
        return advance(stampMillis, position.offset() + 1);
    }

    /** Takes a trusted writer's own time at which the last record was written. */
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

    /** The version by which it decides. */
    public LedgerVersion version() {
        return version;
    }

    /** Puts a version in force; returns false, and changes nothing, if it or a newer one already is. */
    public boolean activate(LedgerVersion newer) {
        if (version.isAtLeast(newer)) {
            return false;
        }
        version = newer;
        return true;
    }

    /** Puts a ruleset in force; returns false, and changes nothing, if this or a newer revision already is. */
    public boolean activate(Ruleset ruleset, long nowMillis) {
        if (ruleset.revision() <= timeline.active().revision()) {
            return false;
        }
        timeline = timeline.activated(ruleset, nowMillis);
        return true;
    }

    /** Puts access entries in force; returns false, and changes nothing, if this or a newer version already is. */
    public boolean activate(AccessEntries entries) {
        if (entries.version() <= timeline.access().version()) {
            return false;
        }
        timeline = timeline.with(entries);
        return true;
    }

    /** The effect of a health report; changes nothing. */
    public ReportEffect effect(SignalReport report, long nowMillis) {
        return clock().agreesWith(report.atMillis())
                ? timeline.signals().effect(report, nowMillis)
                : ReportEffect.DISAGREES;
    }

    /** Takes a report that may be {@link ReportEffect#TAKEN}. */
    public void apply(SignalReport report, long nowMillis) {
        timeline = timeline.with(
                timeline.signals().with(report, timeline.active().brownOut().trigger(), nowMillis));
    }

    /**
     * Holds of the account whose time is over; changes nothing. Due holds are applied before every decision of an
     * account, and before every read of it. Applying them at other times makes no difference; see
     * {@link HoldLifecycle}.
     */
    public Due due(String account, long nowMillis) {
        return holds.due(account, nowMillis, () -> timeline(account));
    }

    /** Decides what a client requests for a hold; changes nothing. */
    public HoldResult decide(HoldAction action, long nowMillis) {
        return holds.decide(action, nowMillis, timeline(action.key().account()));
    }

    /**
     * Decides a front end's request for a lease; changes nothing.
     *
     * @param offset the request's offset in the log: names the lease
     */
    public LeaseResult decide(LeaseDemand ask, long nowMillis, long offset) {
        return leases.decide(ask, timeline(ask.admission().account()), clock(), nowMillis, offset);
    }

    /** Decides a command to change an account, whose due holds have been ended; changes nothing. */
    public ProfileResult decide(ProfileCommand command, long nowMillis) {
        return profiles.decide(command, nowMillis, timeline);
    }

    /** Changes an account. */
    public void apply(ProfileEvent event) {
        profiles.apply(event);
    }

    /** The profile of an account. */
    public AccountProfile profile(String account) {
        return store.profile(account);
    }

    /** The tier of the account. */
    public String tierOf(String account) {
        return timeline(account).tier();
    }

    /** The tier that the account would have with this profile. */
    public String tierOf(String account, AccountProfile profile) {
        return new AccountTimeline(timeline, account, profile).tier();
    }

    /** The rules as they hold for one account. */
    AccountTimeline timeline(String account) {
        return new AccountTimeline(timeline, account, store.profile(account));
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
     * Decides an admission under the active ruleset; changes nothing.
     *
     * @param offset the request's offset in the log: names what it holds
     */
    public AdmissionResult decide(Admission admission, @Nullable String idempotencyKey, long nowMillis, long offset) {
        return decide(admission, idempotencyKey, WideStatements.NONE, nowMillis, offset);
    }

    /**
     * Decides an admission by what is known of the wide buckets that it meets; changes nothing.
     *
     * @param offset the request's offset in the log: names what it holds
     */
    public AdmissionResult decide(
            Admission admission,
            @Nullable String idempotencyKey,
            WideStatements statements,
            long nowMillis,
            long offset) {
        if (idempotencyKey == null) {
            return details(admission, null, statements, nowMillis, offset);
        }
        IdempotencyRecordKey key = new IdempotencyRecordKey(admission.account(), admission.clientId(), idempotencyKey);
        long fingerprint = Fingerprint.of(admission);
        IdempotencyRecord idempotencyRecord = store.idempotencyRecord(key);
        if (idempotencyRecord == null || idempotencyRecord.isExpired(nowMillis)) {
            return details(admission, new PendingIdempotencyRecord(key, fingerprint), statements, nowMillis, offset);
        }
        return idempotencyRecord.fingerprint() == fingerprint
                ? new AdmissionResult.Replayed(idempotencyRecord.outcome())
                : new AdmissionResult.KeyReused(idempotencyRecord.outcome().decidedAtMillis());
    }

    /**
     * Decides an admission of a front end that takes a lease beside the verdict, by what is known of the wide buckets
     * that it meets; changes nothing. The verdict is the one that the admission would get by itself.
     *
     * @param ask the admission, and the most that the front end would take
     * @param offset the request's offset in the log: names the lease
     */
    public Lending decideLending(LeaseDemand ask, WideStatements statements, long nowMillis, long offset) {
        return lending(new Asked(ask.admission(), statements, ask), null, nowMillis, offset);
    }

    private AdmissionResult details(
            Admission admission,
            @Nullable PendingIdempotencyRecord pending,
            WideStatements statements,
            long nowMillis,
            long offset) {
        return lending(new Asked(admission, statements, null), pending, nowMillis, offset)
                .result();
    }

    /**
     * An admission to decide.
     *
     * @param statements what owners of wide buckets said
     * @param lease what its front end would take beside the verdict, or null
     */
    private record Asked(
            Admission admission,
            WideStatements statements,
            @Nullable LeaseDemand lease) {}

    private Lending lending(Asked asked, @Nullable PendingIdempotencyRecord pending, long nowMillis, long offset) {
        Admission admission = asked.admission();
        LeaseDemand ask = asked.lease();
        AccountTimeline timeline = timeline(admission.account());
        Listing listing = timeline.listing(admission, nowMillis);
        // A deny list refuses requests that ask first. Work that is done is charged all the same.
        if (listing != null && (listing.access() == Access.ALLOW || admission.mode() == ChargeMode.CHECK)) {
            return unlent(listed(admission, timeline, listing, pending, nowMillis));
        }
        PenaltyDecisions penalties = PenaltyDecisions.of(admission, timeline, store, clock(), nowMillis);
        PenaltyMatch penalty = penalties.match();
        if (penalty != null && penalty.refuses()) {
            return unlent(penalised(penalties.outcome(timeline, penalty), penalties.refused(), pending));
        }
        Admission counted = timeline.brownedOut(penalties.scaled(), nowMillis);
        // A penalised client cannot use credits: they neither lift the penalty, nor pay its higher costs.
        boolean isSlowed = (penalty != null && penalty.enforced())
                || (admission.mode() == ChargeMode.CHECK && timeline.isBrownedOut(nowMillis));
        AccountCredits credits = isSlowed
                ? AccountCredits.none(admission.account(), nowMillis)
                : AccountCredits.of(admission.account(), timeline, store, nowMillis);
        Evaluation evaluation =
                new Evaluation.Evaluator(timeline, resolver, clock(), credits).evaluation(counted, asked.statements());
        HoldOpening opening = HoldOpening.of(counted, evaluation, nowMillis, offset);
        long freeAtMillis = opening == null ? 0 : opening.freeAtMillis(store, holds);
        boolean allowed = evaluation.admits() && freeAtMillis == 0;
        boolean lends =
                ask != null && opening == null && penalty == null && !isSlowed && LeaseGrants.lend(evaluation, counted);
        if (allowed && !evaluation.missing().isEmpty()) {
            long wish = ask != null && lends ? leases.wish(ask, evaluation) : 0;
            return unlent(new AdmissionResult.Unvisited(evaluation.missing(), wish));
        }
        Charging own = new Charging(counted, offset);
        Outcome outcome = new Outcome(
                nowMillis,
                timeline.revision(),
                timeline.tier(),
                counted.cost(),
                evaluation.admits() && !allowed ? Reason.TOO_MANY_RESERVATIONS : evaluation.reason(),
                allowed ? evaluation.charged(own) : evaluation.uncharged(),
                allowed && opening != null ? opening.holdGrant() : refusedUntil(freeAtMillis, nowMillis),
                null,
                penalty);
        LentBeside lent =
                ask != null && lends && allowed ? leases.beside(ask, evaluation, timeline, nowMillis, offset) : null;
        // All accounts share a wide bucket, so its state soon changes: the caller asks again.
        boolean repeats = lends && evaluation.wides().isEmpty() && LeaseGrants.denyPlainly(evaluation, counted);
        long lendsMillis = ask != null && repeats ? ask.ttlMillis() : 0;
        Charging charging = lent == null ? own : lent.charging();
        NewHolds held = allowed && opening != null ? opening.newHolds(timeline, store) : null;
        AdmissionResult.Decided decided = new AdmissionResult.Decided(
                outcome,
                charging.changes(),
                pending == null ? null : pending.idempotencyRecord(outcome, timeline.ruleset(), clock()),
                lent == null ? held : lent.holds(),
                charging.alerts(),
                charging.counts(),
                penalties.answered(evaluation, outcome.reason()),
                evaluation.changed(charging));
        return lent == null
                ? new Lending(decided, 0, lendsMillis, 0)
                : new Lending(decided, lent.tokens(), lent.ttlMillis(), lent.overMillis());
    }

    private static Lending unlent(AdmissionResult result) {
        return new Lending(result, 0, 0, 0);
    }

    private AdmissionResult.Decided penalised(
            Outcome outcome, @Nullable PenaltyChange change, @Nullable PendingIdempotencyRecord pending) {
        NewIdempotencyRecord idempotencyRecord =
                pending == null ? null : pending.idempotencyRecord(outcome, timeline.active(), clock());
        return new AdmissionResult.Decided(
                outcome, List.of(), idempotencyRecord, null, List.of(), List.of(), change, null);
    }

    private HoldGrant refusedUntil(long freeAtMillis, long nowMillis) {
        return HoldGrant.refused(freeAtMillis == 0 ? 0 : nowMillis + clock().callersMillis(freeAtMillis - nowMillis));
    }

    private AdmissionResult.Decided listed(
            Admission admission,
            AccountTimeline timeline,
            Listing listing,
            @Nullable PendingIdempotencyRecord pending,
            long nowMillis) {
        Ruleset ruleset = timeline.ruleset();
        Outcome outcome = new Outcome(
                nowMillis,
                ruleset.revision(),
                timeline.tier(),
                admission.cost(),
                listing.access() == Access.ALLOW ? Reason.ALLOW_LISTED : Reason.DENY_LISTED,
                List.of(),
                HoldGrant.NONE,
                ListMatch.by(listing, clock(), nowMillis));
        NewIdempotencyRecord idempotencyRecord =
                pending == null ? null : pending.idempotencyRecord(outcome, ruleset, clock());
        return new AdmissionResult.Decided(outcome, List.of(), idempotencyRecord, null, List.of(), List.of());
    }

    /** Makes a result's changes. */
    public void apply(AdmissionResult result) {
        if (!(result instanceof AdmissionResult.Decided decided)) {
            return;
        }
        for (BucketChange change : decided.changes()) {
            store.putBucket(change.key(), change.bucket());
        }
        decided.counts().forEach(change -> store.putBucketCount(change.key(), change.count()));
        NewIdempotencyRecord idempotencyRecord = decided.idempotencyRecord();
        if (idempotencyRecord != null) {
            store.putIdempotencyRecord(idempotencyRecord.key(), idempotencyRecord.idempotencyRecord());
        }
        NewHolds opened = decided.holds();
        if (opened != null) {
            for (NewHold opening : opened.holds()) {
                store.openHold(opening.key(), opening.hold());
            }
            store.putHolds(opened.holds().get(0).key().account(), opened.after());
        }
        if (decided.penalties() != null) {
            apply(decided.penalties());
        }
        CreditChange credits = decided.credits();
        if (credits != null) {
            store.putUsedCredits(credits.account(), credits.after());
        }
    }

    /** What is left of each credit whose time is not over, by its name, if the account has this profile. */
    public Map<String, Long> creditsLeft(String account, AccountProfile profile) {
        Map<String, Long> left = new LinkedHashMap<>();
        UsedCredits used = store.usedCredits(account);
        for (Credit credit : profile.creditsAt(clockMillis())) {
            left.put(credit.id(), used.left(credit));
        }
        return left;
    }

    /** Notes the penalties of an account that have ended since its last request; null if there are none. */
    public @Nullable PenaltyChange endedPenalties(String account, long nowMillis) {
        return PenaltyDecisions.ended(account, store, nowMillis);
    }

    /**
     * What changes if a front end has repeated denials by itself; null for nothing.
     *
     * @param admission a request of those that were denied, at no cost
     */
    public @Nullable PenaltyChange reported(Admission admission, long denials, long nowMillis) {
        AccountTimeline timeline = timeline(admission.account());
        // The client may have been listed since it was denied.
        return timeline.listing(admission, nowMillis) != null
                ? null
                : PenaltyDecisions.of(admission, timeline, store, clock(), nowMillis)
                        .reported(timeline, denials);
    }

    /** Makes the changes of penalties. */
    public void apply(PenaltyChange change) {
        store.putPenalties(change.account(), change.after());
        CountChange accounts = change.accounts();
        if (accounts != null) {
            store.putBucketCount(accounts.key(), accounts.count());
        }
    }

    /** What penalties remember of an account. */
    public AccountPenalties penalties(String account) {
        return store.penalties(account);
    }

    /**
     * The outcome of every limit of a client's tier for it now, whatever the route; takes nothing. A limit that counts
     * by attributes appears once for each of its buckets that is not full. At most {@link #QUOTA_VISITS_MAX} are read.
     */
    public List<LimitOutcome> quota(Admission peek, long nowMillis) {
        return new QuotaReader(store, resolver, timeline(peek.account()), clock(), nowMillis).limits(peek);
    }

    /**
     * A stored bucket as it stands now under the active ruleset, or null if it equals one that was never stored. A
     * bucket that due holds may still give tokens back to stays as it is, and a known one is kept.
     */
    public @Nullable StoredBucket refreshed(BucketKey key, StoredBucket stored) {
        if (holds.hasDue(key.account(), clockMillis())) {
            return stored;
        }
        AccountTimeline timeline = timeline(key.account());
        boolean known = stored.marks().countedUntilMillis() > clockMillis();
        Limit limit = timeline.limit(key.limitId());
        StoredBucket kept = limit == null ? timeline.kept(key, stored, clockMillis()) : null;
        if (kept != null) {
            return kept;
        }
        // Tokens in use under a limit that is gone for long are forgotten; that the bucket is known is not.
        BucketState state = limit == null ? TokenState.full(0) : timeline.stateAt(limit, key, stored, clockMillis());
        return state.isFull() && !known ? null : timeline.stored(state, stored.marks());
    }

    /** Whether a bucket was stored under the ruleset and the profile that are in force now. */
    public boolean isCurrent(BucketKey key, StoredBucket stored) {
        return timeline(key.account()).isCurrent(stored);
    }

    /** Whether the memory of a settled hold can no longer change an answer. */
    public boolean isExpired(HoldEntry.Settled settled) {
        return settled.expiresAtMillis() <= clockMillis();
    }

    /** Whether penalties can no longer change an answer. */
    public boolean isExpired(AccountPenalties penalties) {
        return penalties.isExpired(clockMillis());
    }

    /** Whether what is used of an account's credits can no longer change an answer. */
    public boolean isExpired(String account, UsedCredits used) {
        return used.isExpired(store.profile(account).credits(), clockMillis());
    }

    /** Whether a count can no longer change an answer. */
    public boolean isExpired(BucketCount count) {
        return count.lapsesAtMillis() <= clockMillis();
    }

    /** Whether an idempotency record can no longer change an answer. */
    public boolean isExpired(IdempotencyRecord idempotencyRecord) {
        return idempotencyRecord.isExpired(clockMillis());
    }
}
