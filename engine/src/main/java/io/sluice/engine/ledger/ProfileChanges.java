package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenGrant;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.ProfileResult.Accepted;
import io.sluice.engine.ledger.ProfileResult.Refusal;
import io.sluice.engine.ledger.ProfileResult.Refused;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyBook;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.AccountProfile.LastChange;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.profile.ProfileListing;
import io.sluice.engine.profile.ProfileSteps;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The decision on changes of profiles: reads the store, and returns an event or a refusal.
 *
 * <p>A command is valid for one version of the profile. Sent again later, or out of order, it finds another version and
 * changes nothing.
 */
final class ProfileChanges {
    private final LedgerStore store;

    ProfileChanges(LedgerStore store) {
        this.store = store;
    }

    /** One command, with the account as it stands. */
    private record Asked(
            ProfileCommand command, AccountProfile profile, AccountTimeline accountTimeline, long nowMillis) {
        LastChange change() {
            return new LastChange(command.commandId(), nowMillis, command.by());
        }

        ProfileSteps steps() {
            At at = new At(profile.version() + 1, nowMillis, accountTimeline.revision());
            return new ProfileSteps(profile, at, change());
        }

        Accepted accepted(AccountProfile after) {
            return accepted(after, 0, List.of());
        }

        Accepted accepted(AccountProfile after, long granted, List<BucketChange> buckets) {
            return new Accepted(new ProfileEvent(command, nowMillis, profile, after, granted, buckets));
        }
    }

    ProfileResult decide(ProfileCommand command, long nowMillis, RulesetTimeline timeline) {
        AccountProfile profile = store.profile(command.account());
        if (command.action() instanceof ProfileAction.Lift lift) {
            return lift(lift, command, profile, timeline, nowMillis);
        }
        if (profile.isMadeBy(command)) {
            return new ProfileResult.Repeated(profile);
        }
        if (command.expectedVersion() != profile.version()) {
            return new Refused(
                    Refusal.STALE_VERSION,
                    "version " + command.expectedVersion() + " (expected: " + profile.version() + ", the profile's)");
        }
        AccountTimeline accountTimeline = new AccountTimeline(timeline, command.account(), profile);
        Asked asked = new Asked(command, profile, accountTimeline, nowMillis);
        ProfileAction action = command.action();
        Refused wide = wideLimit(action, accountTimeline);
        if (wide != null) {
            return wide;
        }
        if (action instanceof ProfileAction.SetTier set) {
            return setTier(set.tier(), asked);
        }
        if (action instanceof ProfileAction.SetOverride set) {
            return setOverride(set, asked);
        }
        if (action instanceof ProfileAction.SetListing set) {
            return setListing(set.listing(), asked);
        }
        if (action instanceof ProfileAction.Pardon pardon) {
            return pardon(pardon, asked);
        }
        if (action instanceof ProfileAction.AddCredit add) {
            return addCredit(add, asked);
        }
        if (action instanceof ProfileAction.RemoveCredit remove) {
            return removeCredit(remove.id(), asked);
        }
        return action instanceof ProfileAction.Reset reset
                ? reset(reset, asked)
                : grant((ProfileAction.Grant) action, asked);
    }

    /** Why an action on a limit that all accounts share is not possible; null if it is on none. */
    private static @Nullable Refused wideLimit(ProfileAction action, AccountTimeline timeline) {
        String limitId = null;
        if (action instanceof ProfileAction.SetOverride set && set.override() != null) {
            limitId = set.limitId();
        } else if (action instanceof ProfileAction.Reset reset) {
            limitId = reset.limitId();
        } else if (action instanceof ProfileAction.Grant grant) {
            limitId = grant.limitId();
        } else if (action instanceof ProfileAction.AddCredit add) {
            limitId = add.limitId();
        }
        Limit limit = limitId == null ? null : timeline.limit(limitId);
        return limit == null || !limit.isWide()
                ? null
                : new Refused(
                        Refusal.UNKNOWN_BUCKET,
                        "limit \"" + limitId + "\" has scope global (expected: a limit whose buckets are of one"
                                + " account)");
    }

    private static ProfileResult setTier(@Nullable String tier, Asked asked) {
        if (tier != null && !asked.accountTimeline().ruleset().hasTier(tier)) {
            return new Refused(
                    Refusal.UNKNOWN_TIER,
                    "tier \"" + tier + "\" (expected: "
                            + asked.accountTimeline().ruleset().tierExpectation() + ")");
        }
        return Objects.equals(tier, asked.profile().settings().tier())
                ? unchanged("tier")
                : asked.accepted(asked.steps().withTier(tier));
    }

    private static ProfileResult setOverride(ProfileAction.SetOverride set, Asked asked) {
        // Settings for limits that the rules no longer have can still be removed.
        if (set.override() != null && asked.accountTimeline().ruleset().limit(set.limitId(), "") == null) {
            return unknownLimit(set.limitId(), asked);
        }
        if (Objects.equals(
                set.override(), asked.profile().settings().overrides().get(set.limitId()))) {
            return unchanged("limits." + set.limitId());
        }
        AccountProfile after = asked.steps().withOverride(set.limitId(), set.override());
        return after.settings().overrides().size() > AccountProfile.OVERRIDES_MAX
                ? new Refused(
                        Refusal.TOO_MANY_OVERRIDES,
                        "limits: " + after.settings().overrides().size() + " (expected: at most "
                                + AccountProfile.OVERRIDES_MAX + ")")
                : asked.accepted(after);
    }

    private static ProfileResult setListing(@Nullable ProfileListing listing, Asked asked) {
        if (listing != null && listing.untilMillis() <= asked.nowMillis()) {
            return new Refused(
                    Refusal.ALREADY_OVER,
                    "untilMillis: " + listing.untilMillis() + " (expected: after " + asked.nowMillis() + ")");
        }
        return Objects.equals(listing, asked.profile().listing())
                ? unchanged("listing")
                : asked.accepted(asked.steps().listed(listing));
    }

    private ProfileResult pardon(ProfileAction.Pardon pardon, Asked asked) {
        AccountPenalties found = store.penalties(asked.command().account());
        String client = pardon.clientId();
        if (!found.countsFor(client, asked.nowMillis())) {
            return new Refused(
                    Refusal.NOT_PENALISED,
                    (client == null ? "the account" : "client " + client)
                            + " has no penalty and no denials that count towards one (expected: some)");
        }
        return new Accepted(new ProfileEvent(
                asked.command(),
                asked.nowMillis(),
                asked.profile(),
                asked.steps().touched(),
                0,
                List.of(),
                found.pardoned(client),
                /* lifted= */ null));
    }

    private ProfileResult lift(
            ProfileAction.Lift lift,
            ProfileCommand command,
            AccountProfile profile,
            RulesetTimeline timeline,
            long nowMillis) {
        PenaltyBook book = new PenaltyBook(
                timeline.active().penalties(),
                store.penalties(command.account()),
                nowMillis,
                () -> store.position().offset());
        PenaltyEntry lifted = book.lift(lift.ruleId(), lift.clientId(), lift.begunAtOffset());
        if (lifted == null) {
            return new Refused(
                    Refusal.CHALLENGE_OVER,
                    "penalty " + lift.ruleId() + ", begun at offset " + lift.begunAtOffset()
                            + " (expected: one in force that asks for a challenge; it was lifted before, is over, or"
                            + " was pardoned)");
        }
        return new Accepted(
                new ProfileEvent(command, nowMillis, profile, profile, 0, List.of(), book.penalties(), lifted));
    }

    private ProfileResult reset(ProfileAction.Reset reset, Asked asked) {
        String limitId = reset.limitId();
        if (limitId == null) {
            return asked.accepted(asked.steps().reset(null, null));
        }
        Limit limit = asked.accountTimeline().limit(limitId);
        if (limit == null) {
            return unknownLimit(limitId, asked);
        }
        if (reset.scope() == null) {
            return asked.accepted(asked.steps().reset(limitId, null));
        }
        String account = asked.command().account();
        BucketKey key;
        try {
            key = new BucketKey(account, limitId, limit.scope().valueOf(account, reset.scope()));
        } catch (IllegalArgumentException e) {
            return unknownBucket(e);
        }
        BucketState full = limit.algorithm().full(asked.nowMillis());
        StoredBucket stored = store.bucket(key);
        List<BucketChange> changes = stored == null
                ? List.of()
                : List.of(new BucketChange(
                        key, asked.accountTimeline().stored(full, stored.marks().armed())));
        return asked.accepted(asked.steps().reset(limitId, key.scope()), 0, changes);
    }

    private ProfileResult grant(ProfileAction.Grant grant, Asked asked) {
        Limit limit = asked.accountTimeline().limit(grant.limitId());
        if (limit == null) {
            return unknownLimit(grant.limitId(), asked);
        }
        if (!TokenGrant.isPossible(limit.algorithm())) {
            return new Refused(
                    Refusal.NOT_GRANTABLE,
                    "limit \"" + grant.limitId()
                            + "\" (expected: one that counts tokens; slots in flight come back by a"
                            + " release, by time, or by a reset)");
        }
        String account = asked.command().account();
        BucketKey key;
        try {
            key = new BucketKey(account, limit.id(), limit.scope().valueOf(account, grant.scope()));
        } catch (IllegalArgumentException e) {
            return unknownBucket(e);
        }
        StoredBucket stored = store.bucket(key);
        BucketState found = asked.accountTimeline().stateAt(limit, key, stored, asked.nowMillis());
        BucketState left = TokenGrant.granted(found, grant.tokens());
        List<BucketChange> changes = found.isFull()
                ? List.of()
                : List.of(new BucketChange(key, asked.accountTimeline().stored(left, BucketMarks.of(stored))));
        return asked.accepted(asked.steps().touched(), found.usedTokens() - left.usedTokens(), changes);
    }

    private ProfileResult addCredit(ProfileAction.AddCredit add, Asked asked) {
        Limit limit = asked.accountTimeline().limit(add.limitId());
        if (limit == null) {
            return unknownLimit(add.limitId(), asked);
        }
        if (!Credit.isPossible(limit.algorithm())) {
            return new Refused(
                    Refusal.NOT_CREDITABLE,
                    "limit \"" + add.limitId() + "\" (expected: one that counts tokens; neither slots nor places in"
                            + " a queue can be bought)");
        }
        if (add.untilMillis() <= asked.nowMillis()) {
            return new Refused(
                    Refusal.ALREADY_OVER,
                    "untilMillis: " + add.untilMillis() + " (expected: after " + asked.nowMillis() + ")");
        }
        String account = asked.command().account();
        String scopeValue;
        try {
            scopeValue = limit.scope().valueOf(account, add.scope());
        } catch (IllegalArgumentException e) {
            return unknownBucket(e);
        }
        List<Credit> credits = new ArrayList<>(asked.profile().creditsAt(asked.nowMillis()));
        if (credits.stream().anyMatch(credit -> credit.id().equals(add.id()))) {
            return new Refused(
                    Refusal.CREDIT_EXISTS, "credit \"" + add.id() + "\" (expected: a name that no open credit has)");
        }
        Credit added = new Credit(
                add.id(),
                asked.profile().version() + 1,
                limit.id(),
                add.scope(),
                scopeValue,
                add.tokens(),
                add.first(),
                add.fromMillis(),
                add.untilMillis());
        if (!makeRoom(account, credits, Credit.CREDITS_MAX, credit -> true)
                || !makeRoom(account, credits, Credit.BUCKET_CREDITS_MAX, added::isOfSameBucket)) {
            return new Refused(
                    Refusal.TOO_MANY_CREDITS,
                    "credits: " + credits.size() + " (expected: fewer than " + Credit.CREDITS_MAX
                            + " of the account and " + Credit.BUCKET_CREDITS_MAX
                            + " of one bucket that are not used up; what is reserved is not used up)");
        }
        credits.add(added);
        return asked.accepted(asked.steps().credited(credits));
    }

    /**
     * Drops the oldest used-up credits until there is room for one more; false if there are too few. A credit is not
     * used up while an open reservation may give tokens back to it.
     */
    private boolean makeRoom(String account, List<Credit> credits, int max, Predicate<Credit> counts) {
        long excess = credits.stream().filter(counts).count() - max + 1;
        if (excess <= 0) {
            return true;
        }
        UsedCredits used = store.usedCredits(account);
        Set<Long> reserved = reservedCredits(account);
        List<Credit> usedUp = credits.stream()
                .filter(credit -> counts.test(credit) && used.left(credit) == 0)
                .filter(credit -> !reserved.contains(credit.version()))
                .limit(excess)
                .toList();
        return usedUp.size() == excess && credits.removeAll(usedUp);
    }

    /** The credits that open reservations took tokens of; reads each of them, so only for an account without room. */
    private Set<Long> reservedCredits(String account) {
        Set<Long> versions = new HashSet<>();
        if (store.holds(account).count(HoldKind.RESERVATION) == 0) {
            return versions;
        }
        List<HoldKey> keys = new ArrayList<>();
        store.visitOpenHolds(account, HoldKind.RESERVATION, (key, expiresAtMillis) -> keys.add(key));
        for (HoldKey key : keys) {
            if (store.hold(key) instanceof HoldEntry.Open open) {
                for (HoldEntry.HeldBucket bucket : open.buckets()) {
                    bucket.credits().forEach(charge -> versions.add(charge.version()));
                }
            }
        }
        return versions;
    }

    private static ProfileResult removeCredit(String id, Asked asked) {
        List<Credit> credits = new ArrayList<>(asked.profile().creditsAt(asked.nowMillis()));
        return credits.removeIf(credit -> credit.id().equals(id))
                ? asked.accepted(asked.steps().credited(credits))
                : new Refused(
                        Refusal.UNKNOWN_CREDIT,
                        "credit \"" + id + "\" (expected: one of the account whose time is not over)");
    }

    private static Refused unchanged(String what) {
        return new Refused(Refusal.UNCHANGED, what + ": as it is (expected: a change)");
    }

    private static Refused unknownLimit(String limitId, Asked asked) {
        return new Refused(
                Refusal.UNKNOWN_LIMIT,
                "limit \"" + limitId + "\" (expected: one of ruleset revision "
                        + asked.accountTimeline().revision() + ")");
    }

    private static Refused unknownBucket(IllegalArgumentException e) {
        return new Refused(Refusal.UNKNOWN_BUCKET, "scope: " + e.getMessage());
    }

    void apply(ProfileEvent event) {
        for (BucketChange change : event.buckets()) {
            store.putBucket(change.key(), change.bucket());
        }
        if (event.lifted() == null) {
            store.putProfile(event.command().account(), event.after());
        }
        if (event.penalties() != null) {
            store.putPenalties(event.command().account(), event.penalties());
        }
    }
}
