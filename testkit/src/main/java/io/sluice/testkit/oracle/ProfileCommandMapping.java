package io.sluice.testkit.oracle;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.profile.ProfileListing;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.Challenge;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Maps account commands to the engine's terms, and profiles to those of the wire. */
final class ProfileCommandMapping {
    private ProfileCommandMapping() {}

    static ProfileCommand command(AccountCommand wire) throws WireException, InvalidRulesetException {
        Author by = new Author(wire.principal(), wire.reason());
        return new ProfileCommand(wire.account(), wire.commandId(), wire.expectedVersion(), by, action(wire.action()));
    }

    private static ProfileAction action(AccountCommand.Action wire) throws WireException, InvalidRulesetException {
        if (wire instanceof AccountCommand.SetTier set) {
            return new ProfileAction.SetTier(set.tier());
        } else if (wire instanceof AccountCommand.SetOverride set) {
            String json = set.overrideJson();
            LimitOverride override = json == null ? null : LimitOverride.compile(json, DocumentTree.ofJson(json));
            return new ProfileAction.SetOverride(set.limitId(), override);
        } else if (wire instanceof AccountCommand.SetListing set) {
            return new ProfileAction.SetListing(set.listing() == null ? null : listing(set.listing()));
        } else if (wire instanceof AccountCommand.Reset reset) {
            return new ProfileAction.Reset(reset.limitId(), reset.scope());
        } else if (wire instanceof AccountCommand.Pardon pardon) {
            return new ProfileAction.Pardon(pardon.clientId());
        } else if (wire instanceof AccountCommand.Redeem redeem) {
            Challenge challenge = ChallengeCodec.decode(redeem.token());
            String whoPassed = challenge.clientId().text();
            long offset = challenge.begunBy().offset();
            return new ProfileAction.Lift(challenge.penaltyId(), whoPassed, offset);
        } else if (wire instanceof AccountCommand.RemoveCredit remove) {
            return new ProfileAction.RemoveCredit(remove.id());
        } else if (wire instanceof AccountCommand.AddCredit add) {
            Profile.Credit credit = add.credit();
            long until = credit.untilMillis() == null ? Long.MAX_VALUE : credit.untilMillis();
            return new ProfileAction.AddCredit(
                    credit.id(),
                    credit.limitId(),
                    credit.scope(),
                    credit.tokens(),
                    credit.first(),
                    credit.fromMillis(),
                    until);
        } else if (wire instanceof AccountCommand.Grant grant) {
            return new ProfileAction.Grant(grant.limitId(), grant.scope(), grant.tokens());
        }
        throw new IllegalArgumentException(wire + " (expected: an action that the oracle knows)");
    }

    private static ProfileListing listing(Profile.Listing wire) {
        Long until = wire.untilMillis();
        return new ProfileListing(
                wire.allow() ? Access.ALLOW : Access.DENY, until == null ? Long.MAX_VALUE : until, wire.message());
    }

    static Profile profile(String account, AccountProfile profile) {
        Map<String, String> limits = profile.settings().overrides().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, override -> override.getValue().source()));
        return new Profile(
                account,
                profile.version(),
                profile.settings().tier(),
                limits,
                listing(profile.listing()),
                changed(profile.last()),
                profile.credits().stream().map(ProfileCommandMapping::credit).toList());
    }

    private static Profile.Credit credit(Credit credit) {
        Long until = credit.untilMillis() == Long.MAX_VALUE ? null : (Long) credit.untilMillis();
        return new Profile.Credit(
                credit.id(),
                credit.limitId(),
                credit.scope(),
                credit.tokens(),
                credit.first(),
                credit.fromMillis(),
                until);
    }

    private static Profile.@Nullable Listing listing(@Nullable ProfileListing listing) {
        if (listing == null) {
            return null;
        }
        Long until = listing.untilMillis() == Long.MAX_VALUE ? null : (Long) listing.untilMillis();
        return new Profile.Listing(listing.access() == Access.ALLOW, until, listing.message());
    }

    private static Profile.@Nullable Change changed(AccountProfile.@Nullable LastChange last) {
        return last == null
                ? null
                : new Profile.Change(
                        last.atMillis(), last.by().principal(), last.by().reason());
    }
}
