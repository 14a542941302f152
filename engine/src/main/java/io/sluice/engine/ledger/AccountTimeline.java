package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.CarryOver;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.SettingsChange;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One account in the timeline of its partition: the rulesets and the changes of its own profile, in one order, and how
 * its buckets get from one to the next. Immutable.
 *
 * <p>Both kinds of change are boundaries that a bucket has to cross. Each is named by the pair (ruleset revision,
 * version of the account's settings) that is in force from then on. These pairs only grow. A bucket is stored with the
 * pair it was written under:
 *
 * <pre>
 *   (r7, v0)      r8: 20 per 1 s       profile v3: tier pro       reset v4        r9
 *   written       (r8, v0)             (r8, v3)                   (r8, v4)        (r9, v4)       read
 *   |-- r7 ---------|-- r8, free ---------|-- r8, pro ------ - - --|-- full --------|-- r9, pro ----|
 * </pre>
 *
 * <p>A bucket crosses them when it is read, each at its own moment. So it does not matter for a verdict when the
 * bucket happens to be read or cleaned up. A change of the profile is carried over as the limit's {@link CarryOver}
 * says, like a change of rules. The profile stores only differences: undoing all later changes gives the settings
 * that were in force at a boundary.
 */
final class AccountTimeline {
    private final RulesetTimeline timeline;
    private final String account;
    private final AccountProfile profile;

    AccountTimeline(RulesetTimeline timeline, String account, AccountProfile profile) {
        this.timeline = timeline;
        this.account = account;
        this.profile = profile;
    }

    /** The ruleset and profile in force from one moment on; {@code change} is null if the ruleset changed then. */
    private record Boundary(
            At at,
            Ruleset ruleset,
            AccountSettings settings,
            @Nullable SettingsChange change) {
        @Nullable Limit limit(String id, String account) {
            return ruleset.limit(id, account, settings);
        }

        boolean resets(BucketKey key) {
            return change != null && change.resets(Limit.withoutOverage(key.limitId()), key.scope());
        }

        boolean isAfter(long revision, long settingsVersion) {
            return at.revision() > revision || (at.revision() == revision && at.version() > settingsVersion);
        }
    }

    Ruleset ruleset() {
        return timeline.active();
    }

    long revision() {
        return timeline.active().revision();
    }

    /** The account's credits; some may be over. */
    List<Credit> credits() {
        return profile.credits();
    }

    long settingsVersion() {
        return profile.settingsVersion();
    }

    /** Whether a bucket was stored under the ruleset and settings that are in force now. */
    boolean isCurrent(StoredBucket stored) {
        return stored.revision() == revision() && stored.settingsVersion() == settingsVersion();
    }

    String tier() {
        return ruleset().tierOf(account, profile.settings());
    }

    /** A limit as it counts for the account; null if the ruleset in force has none of that name. */
    @Nullable Limit limit(String id) {
        return ruleset().limit(id, account, profile.settings());
    }

    /**
     * Whether a limit was enforced for the account under a revision; if that one is no longer kept, under the oldest.
     */
    boolean wasEnforced(String limitId, long revision) {
        Ruleset then = null;
        for (RulesetTimeline.Entry entry : timeline.entries()) {
            if (then == null || entry.ruleset().revision() <= revision) {
                then = entry.ruleset();
            }
        }
        Limit limit = then == null ? null : then.limit(limitId, account, profile.settings());
        return limit != null && limit.isEnforcedFor(account);
    }

    /** Whether the document or the account's profile overrides this limit for this account. */
    boolean isOverridden(String limitId) {
        return profile.settings().overrides().containsKey(limitId) || ruleset().isOverridden(limitId, account);
    }

    List<Limit> limits() {
        return ruleset().limitsOf(account, profile.settings());
    }

    List<Limit> limitsFor(Admission admission) {
        return ruleset().limitsFor(admission, profile.settings());
    }

    /** Whether a limit that all accounts share applies to the admission. */
    boolean meetsWideLimits(Admission admission) {
        return ruleset().hasWideLimits()
                && limitsFor(admission).stream().anyMatch(limit -> limit.isWide() && limit.counts(admission.mode()));
    }

    /** The list entry that answers the admission instead of its limits; null if there is none. */
    @Nullable Listing listing(Admission admission, long nowMillis) {
        return profile.listing(timeline.listing(admission, nowMillis), account, nowMillis);
    }

    /** Whether a signal scales down the limits of the account's tier. */
    boolean isBrownedOut(long nowMillis) {
        return timeline.isBrownedOut(nowMillis) && ruleset().brownOut().tiers().contains(tier());
    }

    /**
     * The admission as limits see it: at a higher cost while a signal scales them down. Charges for work that is done
     * keep their cost.
     */
    Admission brownedOut(Admission admission, long nowMillis) {
        return admission.costIsFinal() || admission.mode() != ChargeMode.CHECK || !isBrownedOut(nowMillis)
                ? admission
                : admission.underLimitsOf(ruleset().brownOut().perMille());
    }

    /** A bucket of the account as it is stored now. */
    StoredBucket stored(BucketState state, BucketMarks marks) {
        return new StoredBucket(revision(), settingsVersion(), state, marks);
    }

    /** Another account in the timeline of the same partition. */
    AccountTimeline of(String other, AccountProfile itsProfile) {
        return new AccountTimeline(timeline, other, itsProfile);
    }

    /** Whether the document names this account, or its profile changes its limits or has credits. */
    boolean isNamed() {
        return ruleset().isListed(account)
                || !profile.settings().equals(AccountSettings.NONE)
                || !profile.credits().isEmpty();
    }

    /** This timeline without the rulesets that came into force at {@code atMillis} or later. */
    AccountTimeline before(long atMillis) {
        return new AccountTimeline(timeline.before(atMillis), account, profile);
    }

    /** The bucket of an active limit as it stands at {@code nowMillis}; full if nothing is stored. */
    BucketState stateAt(Limit limit, BucketKey key, @Nullable StoredBucket stored, long nowMillis) {
        if (stored == null) {
            return limit.algorithm().full(nowMillis);
        }
        boolean current = isCurrent(stored);
        return limit.algorithm().at(current ? stored.state() : carried(limit, key, stored), nowMillis);
    }

    private BucketState carried(Limit active, BucketKey key, StoredBucket stored) {
        Crossing crossing = crossed(key, stored);
        BucketState state = crossing.state;
        return state == null ? active.algorithm().full(stored.state().atMillis()) : state;
    }

    /** A bucket, carried over every boundary since it was stored. */
    private Crossing crossed(BucketKey key, StoredBucket stored) {
        List<Boundary> boundaries = boundaries();
        int from = indexOf(stored.revision(), stored.settingsVersion(), boundaries);
        Boundary first = boundaries.get(Math.max(from, 0));
        Limit before = first.limit(key.limitId(), account);
        boolean readable = from >= 0 && !isYounger(stored, boundaries);
        Crossing crossing =
                new Crossing(first.at(), before, readable ? stored.state() : asOf(first, before, stored.state()));
        for (Boundary boundary : boundaries.subList(Math.max(from, 0) + 1, boundaries.size())) {
            crossing.cross(boundary, key, account);
        }
        return crossing;
    }

    /**
     * Whether a bucket was stored after the last boundary: this timeline is one of before then, and the limit may have
     * been absent when the bucket was stored.
     */
    private static boolean isYounger(StoredBucket stored, List<Boundary> boundaries) {
        At last = boundaries.get(boundaries.size() - 1).at();
        return stored.revision() > last.revision()
                || (stored.revision() == last.revision() && stored.settingsVersion() > last.version());
    }

    /** A bucket that is being carried over boundaries, with the limit by which its numbers are read. */
    private static final class Crossing {
        /** The last boundary after which the limit existed. */
        private At at;

        private @Nullable Limit limit;
        /** Null: as if nothing had ever been in use. */
        private @Nullable BucketState state;
        /** Since when no ruleset has the limit. */
        private long absentSinceMillis = Long.MAX_VALUE;

        Crossing(At at, @Nullable Limit limit, @Nullable BucketState state) {
            this.at = at;
            this.limit = limit;
            this.state = limit == null ? null : state;
        }

        void cross(Boundary boundary, BucketKey key, String account) {
            Limit after = boundary.limit(key.limitId(), account);
            long atMillis = boundary.at().atMillis();
            if (boundary.resets(key) || isForgotten(atMillis)) {
                state = null;
            }
            if (after == null) {
                absentSinceMillis = Math.min(absentSinceMillis, atMillis);
                return;
            }
            state = crossed(limit, state, after, atMillis);
            at = boundary.at();
            limit = after;
            absentSinceMillis = Long.MAX_VALUE;
        }

        boolean isAbsent() {
            return absentSinceMillis != Long.MAX_VALUE;
        }

        /** Whether the limit has been absent for so long that its buckets would begin full. */
        boolean isForgotten(long nowMillis) {
            return isAbsent() && nowMillis - absentSinceMillis > RulesetTimeline.ABSENCE_MILLIS_MAX;
        }
    }

    /**
     * A bucket of a limit that the ruleset in force does not have, as it stands now under the last one that had it. It
     * is stored under that one, also if it is full: what is held may still go back to it, and reads it by that limit.
     * Null if it no longer matters: the limit was absent for too long, or nothing is in use and the bucket is not
     * known.
     */
    @Nullable StoredBucket kept(BucketKey key, StoredBucket stored, long nowMillis) {
        Crossing crossing = crossed(key, stored);
        Limit limit = crossing.limit;
        if (limit == null || !crossing.isAbsent() || crossing.isForgotten(nowMillis)) {
            return null;
        }
        BucketState full = limit.algorithm().full(0);
        BucketState now = crossing.state == null ? full : limit.algorithm().at(crossing.state, nowMillis);
        if (now.isFull() && stored.marks().countedUntilMillis() <= nowMillis) {
            return null;
        }
        // At any moment the same, so that the clean-up does not write it again.
        BucketState state = now.isFull() ? full : now;
        StoredBucket kept = new StoredBucket(crossing.at.revision(), crossing.at.version(), state, stored.marks());
        return kept.equals(stored) ? stored : kept;
    }

    /**
     * This timeline as it was when the ruleset last had the limit, if that may still matter. It is the timeline itself
     * if the ruleset in force has the limit, and null if the limit is forgotten. It is also null if the account's own
     * settings have changed since: the settings known now say how its limits count.
     */
    @Nullable AccountTimeline having(String limitId, long nowMillis) {
        if (limit(limitId) != null) {
            return this;
        }
        List<RulesetTimeline.Entry> entries = timeline.entries();
        for (int i = entries.size() - 1; i > 0; i--) {
            long absentSinceMillis = entries.get(i).activatedAtMillis();
            AccountTimeline before = before(entries.get(i).ruleset());
            if (before.limit(limitId) != null) {
                long absentFrom = entries.get(i).ruleset().revision();
                boolean changed = profile.history().stream()
                        .anyMatch(change -> change.at().revision() >= absentFrom);
                return changed || nowMillis - absentSinceMillis > RulesetTimeline.ABSENCE_MILLIS_MAX ? null : before;
            }
        }
        return null;
    }

    /** This timeline without the ruleset and those that came after it. */
    private AccountTimeline before(Ruleset ruleset) {
        return new AccountTimeline(timeline.before(ruleset), account, profile);
    }

    private static BucketState crossed(
            @Nullable Limit before, @Nullable BucketState state, Limit after, long boundaryMillis) {
        if (before == null || state == null || !before.scope().equals(after.scope())) {
            return after.algorithm().full(boundaryMillis);
        }
        return before.algorithm().equals(after.algorithm())
                ? state
                : after.carryOver()
                        .carried(
                                before.algorithm(),
                                before.algorithm().at(state, boundaryMillis),
                                after.algorithm(),
                                before.debtMax());
    }

    /**
     * A bucket from before all revisions and changes that are kept, read by the oldest, or from after all of them, read
     * by the newest. Nobody knows by which limit its numbers were written, nor its refill rate, so it must not gain
     * tokens from them.
     */
    private static @Nullable BucketState asOf(Boundary reads, @Nullable Limit limit, BucketState state) {
        long atMillis = Math.max(state.atMillis(), reads.at().atMillis());
        if (limit == null) {
            return null;
        }
        BucketState used = limit.algorithm().withUsed(atMillis, state.usedTokens());
        long debt = Math.min(state.usedTokens() - used.usedTokens(), limit.debtMax());
        return debt <= 0
                ? used
                : limit.algorithm()
                        .debited(
                                used,
                                Math.min(debt, limit.algorithm().chargeable(used, limit.debtMax())),
                                /* slotId= */ -1);
    }

    /**
     * Whether a bucket still contains what was charged to it then, as far as it has not flowed back. The limit must
     * have been there ever since with the same scope, or away for no longer than its buckets are kept. Nothing may have
     * reset it, and each change must have kept its charges apart ({@link CarryOver#keepsCharges}).
     *
     * @param whole whether all of it must be in there: no change of the limit has cut or scaled the tokens in use
     */
    boolean carries(BucketKey key, long revision, long settingsVersion, boolean whole) {
        List<Boundary> boundaries = boundaries();
        int from = indexOf(revision, settingsVersion, boundaries);
        if (from < 0 || settingsVersion < profile.forgottenVersion()) {
            return false;
        }
        @Nullable Limit before = boundaries.get(from).limit(key.limitId(), account);
        long absentSinceMillis = Long.MAX_VALUE;
        for (Boundary boundary : boundaries.subList(from + 1, boundaries.size())) {
            Limit after = boundary.limit(key.limitId(), account);
            long atMillis = boundary.at().atMillis();
            boolean forgotten = absentSinceMillis != Long.MAX_VALUE
                    && atMillis - absentSinceMillis > RulesetTimeline.ABSENCE_MILLIS_MAX;
            if (before == null || boundary.resets(key) || forgotten) {
                return false;
            }
            if (after == null) {
                absentSinceMillis = Math.min(absentSinceMillis, atMillis);
                continue;
            }
            if (!isCarried(before, after) || (whole && !isCarriedWhole(before, after))) {
                return false;
            }
            before = after;
            absentSinceMillis = Long.MAX_VALUE;
        }
        return before != null;
    }

    private static boolean isCarriedWhole(Limit before, Limit after) {
        return before.algorithm().equals(after.algorithm())
                || (after.carryOver() == CarryOver.ADDITIVE
                        && before.algorithm().getClass() == after.algorithm().getClass()
                        && before.algorithm().capacity() <= after.algorithm().capacity());
    }

    private static boolean isCarried(Limit before, Limit after) {
        return before.scope().equals(after.scope())
                && (before.algorithm().equals(after.algorithm())
                        || after.carryOver().keepsCharges(before.algorithm(), after.algorithm()));
    }

    /** The boundary after which a pair was written; -1 if it is no longer known. */
    private static int indexOf(long revision, long settingsVersion, List<Boundary> boundaries) {
        int index = boundaries.size() - 1;
        while (index >= 0 && boundaries.get(index).isAfter(revision, settingsVersion)) {
            index--;
        }
        return index;
    }

    /**
     * All that is known to have come into force for the account, oldest first. A change made under a forgotten ruleset
     * lies before the oldest boundary. So do rulesets from before the oldest forgotten change.
     */
    private List<Boundary> boundaries() {
        List<SettingsChange> history = profile.history();
        AccountSettings[] settingsAfter = settingsAfter(history);
        List<Boundary> boundaries = new ArrayList<>(timeline.entries().size() + history.size() + 1);
        At horizon = profile.horizon();
        At last = horizon;
        int next = 0;
        for (RulesetTimeline.Entry entry : timeline.entries()) {
            Ruleset ruleset = entry.ruleset();
            while (next < history.size() && history.get(next).at().revision() < ruleset.revision()) {
                last = history.get(next++).at();
            }
            if (horizon.version() > 0 && horizon.revision() >= ruleset.revision()) {
                if (horizon.revision() == ruleset.revision()) {
                    boundaries.add(new Boundary(horizon, ruleset, settingsAfter[0], /* change= */ null));
                }
            } else {
                At at = new At(last.version(), entry.activatedAtMillis(), ruleset.revision());
                boundaries.add(new Boundary(at, ruleset, settingsAfter[next], /* change= */ null));
            }
            while (next < history.size() && history.get(next).at().revision() == ruleset.revision()) {
                SettingsChange change = history.get(next++);
                last = change.at();
                boundaries.add(new Boundary(last, ruleset, settingsAfter[next], change));
            }
        }
        return boundaries;
    }

    /** The settings before the oldest change that is kept, then those after each. */
    private AccountSettings[] settingsAfter(List<SettingsChange> history) {
        AccountSettings[] settings = new AccountSettings[history.size() + 1];
        settings[history.size()] = profile.settings();
        for (int i = history.size(); i > 0; i--) {
            settings[i - 1] = history.get(i - 1).undone(settings[i]);
        }
        return settings;
    }
}
