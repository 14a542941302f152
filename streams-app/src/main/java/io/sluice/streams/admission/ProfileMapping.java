package io.sluice.streams.admission;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.profile.ProfileListing;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.streams.store.Overrides;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Maps profiles and their changes between the wire's types and the engine's. */
final class ProfileMapping {
    private ProfileMapping() {}

    /**
     * The change that a command requests.
     *
     * @throws WireException if an override is not JSON, or a challenge token cannot be read
     * @throws InvalidRulesetException if an override does not specify how a limit counts
     */
    static ProfileCommand command(AccountCommand command) throws WireException, InvalidRulesetException {
        return new ProfileCommand(
                command.account(),
                command.commandId(),
                command.expectedVersion(),
                new Author(command.principal(), command.reason()),
                action(command.action()));
    }

    private static ProfileAction action(AccountCommand.Action action) throws WireException, InvalidRulesetException {
        if (action instanceof AccountCommand.SetTier set) {
            return new ProfileAction.SetTier(set.tier());
        }
        if (action instanceof AccountCommand.SetOverride set) {
            String json = set.overrideJson();
            return new ProfileAction.SetOverride(set.limitId(), json == null ? null : Overrides.compile(json));
        }
        if (action instanceof AccountCommand.SetListing set) {
            return new ProfileAction.SetListing(listing(set.listing()));
        }
        if (action instanceof AccountCommand.Reset reset) {
            return new ProfileAction.Reset(reset.limitId(), reset.scope());
        }
        if (action instanceof AccountCommand.Pardon pardon) {
            return new ProfileAction.Pardon(pardon.clientId());
        }
        if (action instanceof AccountCommand.Redeem redeem) {
            Challenge challenge = ChallengeCodec.decode(redeem.token());
            return new ProfileAction.Lift(
                    challenge.penaltyId(),
                    challenge.clientId().text(),
                    challenge.begunBy().offset());
        }
        if (action instanceof AccountCommand.AddCredit add) {
            return credit(add.credit());
        }
        if (action instanceof AccountCommand.RemoveCredit remove) {
            return new ProfileAction.RemoveCredit(remove.id());
        }
        AccountCommand.Grant grant = (AccountCommand.Grant) action;
        return new ProfileAction.Grant(grant.limitId(), grant.scope(), grant.tokens());
    }

    private static ProfileAction credit(Profile.Credit credit) {
        Long until = credit.untilMillis();
        return new ProfileAction.AddCredit(
                credit.id(),
                credit.limitId(),
                credit.scope(),
                credit.tokens(),
                credit.first(),
                credit.fromMillis(),
                until == null ? Credit.FOR_EVER : until);
    }

    private static Profile.Credit told(Credit credit) {
        return new Profile.Credit(
                credit.id(),
                credit.limitId(),
                credit.scope(),
                credit.tokens(),
                credit.first(),
                credit.fromMillis(),
                credit.untilMillis() == Credit.FOR_EVER ? null : (Long) credit.untilMillis());
    }

    private static @Nullable ProfileListing listing(Profile.@Nullable Listing listing) {
        if (listing == null) {
            return null;
        }
        Long until = listing.untilMillis();
        return new ProfileListing(
                listing.allow() ? Access.ALLOW : Access.DENY,
                until == null ? Listing.FOR_EVER : until,
                listing.message());
    }

    static Profile profile(String account, AccountProfile profile) {
        Map<String, String> limits = new TreeMap<>();
        for (Map.Entry<String, LimitOverride> limit :
                profile.settings().overrides().entrySet()) {
            limits.put(limit.getKey(), limit.getValue().source());
        }
        AccountProfile.LastChange last = profile.last();
        return new Profile(
                account,
                profile.version(),
                profile.settings().tier(),
                limits,
                told(profile.listing()),
                last == null
                        ? null
                        : new Profile.Change(
                                last.atMillis(),
                                last.by().principal(),
                                last.by().reason()),
                profile.credits().stream().map(ProfileMapping::told).toList());
    }

    private static Profile.@Nullable Listing told(@Nullable ProfileListing listing) {
        return listing == null
                ? null
                : new Profile.Listing(
                        listing.access() == Access.ALLOW,
                        listing.untilMillis() == Listing.FOR_EVER ? null : (Long) listing.untilMillis(),
                        listing.message());
    }
}
