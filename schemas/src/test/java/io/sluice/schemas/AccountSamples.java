package io.sluice.schemas;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.AccountCommand.Action;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ReplyAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One command of every kind, by the name of its golden file, and what comes of them. */
public final class AccountSamples {
    private static final String OVERRIDE = "{\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":50}";

    private AccountSamples() {}

    private static final Profile.Credit ORDER =
            new Profile.Credit("order 4711", "per-account", List.of(), 100_000, false, 0, 1_801_440_000_000L);
    private static final Profile.Credit TRIAL =
            new Profile.Credit("trial", "per-client", List.of("acmé/alice"), 1_000, true, 1_700_000_000_000L, null);

    public static Map<String, AccountCommand> commands() {
        Map<String, AccountCommand> samples = new LinkedHashMap<>();
        samples.put("account-set-tier", command(new AccountCommand.SetTier("pro")));
        samples.put(
                "account-clear-tier", command(new AccountCommand.SetTier(null)).repliedTo(null));
        samples.put("account-override", command(new AccountCommand.SetOverride("per-client", OVERRIDE)));
        samples.put("account-remove-override", command(new AccountCommand.SetOverride("per-client", null)));
        samples.put("account-allow", command(listing(true, null, "")));
        samples.put("account-deny", command(listing(false, 1_800_000_000_000L, "pay \"now\"")));
        samples.put("account-unlist", command(new AccountCommand.SetListing(null)));
        samples.put("account-reset-all", command(new AccountCommand.Reset(null, null)));
        samples.put(
                "account-reset-bucket", command(new AccountCommand.Reset("per-client", List.of("acmé/alice", "eu"))));
        samples.put("account-grant", command(new AccountCommand.Grant("per-account", List.of(), 4)));
        samples.put("account-add-credit", command(new AccountCommand.AddCredit(ORDER)));
        samples.put("account-add-credit-first", command(new AccountCommand.AddCredit(TRIAL)));
        samples.put("account-remove-credit", command(new AccountCommand.RemoveCredit("order 4711")));
        samples.put("account-pardon", command(new AccountCommand.Pardon(null)));
        samples.put("account-redeem", command(new AccountCommand.Redeem("eyJ2IjoxfQ.c2lnbmF0dXJl")));
        samples.put("account-pardon-client", command(new AccountCommand.Pardon("acmé/alice")));
        return samples;
    }

    /** A profile with credits. */
    public static Profile credited() {
        return new Profile(
                "acmé",
                5,
                null,
                Map.of(),
                null,
                new Profile.Change(1_700_000_000_000L, "alice", "a \"reason\""),
                List.of(ORDER, TRIAL));
    }

    private static Action listing(boolean allow, Long untilMillis, String message) {
        return new AccountCommand.SetListing(new Profile.Listing(allow, untilMillis, message));
    }

    private static AccountCommand command(Action action) {
        return new AccountCommand(
                "acmé", "c0ffee-1", "alice", "a \"reason\"", 3, action, new ReplyAddress(3, "c0ffee-1"));
    }

    static Map<String, Reply> replies() {
        Map<String, Reply> samples = new LinkedHashMap<>();
        samples.put(
                "reply-profile",
                new ProfileReply("c0ffee-1", new ProfileReply.Shown(profile(), "pro", 1_700_000_000_000L, 7, true, 4)));
        samples.put(
                "reply-profile-credited",
                new ProfileReply(
                        "c0ffee-1",
                        new ProfileReply.Shown(
                                credited(),
                                "free",
                                1_700_000_000_000L,
                                7,
                                true,
                                0,
                                new LinkedHashMap<>(Map.of("order 4711", 99_000L)))));
        samples.put(
                "reply-profile-untouched",
                new ProfileReply(
                        "c0ffee-1", new ProfileReply.Shown(untouched(), "free", 1_700_000_000_000L, 7, false, 0)));
        samples.put(
                "reply-profile-refused",
                new ProfileReply(
                        "c0ffee-1",
                        new ProfileReply.Refused(new RulesReply.Refused(
                                "stale-version", "version 2 (expected: 3, the profile's)", List.of()))));
        return samples;
    }

    public static Profile untouched() {
        return new Profile("acmé", 0, null, Map.of(), null, null);
    }

    public static Profile profile() {
        return new Profile(
                "acmé",
                4,
                "pro",
                Map.of("per-client", OVERRIDE),
                new Profile.Listing(false, 1_800_000_000_000L, "pay \"now\""),
                new Profile.Change(1_700_000_000_000L, "alice", "a \"reason\""));
    }

    static AuditEntry creditAudit() {
        return new AuditEntry(
                0,
                1_700_000_000_000L,
                "alice",
                "a \"reason\"",
                new AuditEntry.AccountChanged(
                        "c0ffee-1", new AccountCommand.AddCredit(TRIAL), untouched(), credited(), 0));
    }

    static AuditEntry audit() {
        return new AuditEntry(
                0,
                1_700_000_000_000L,
                "alice",
                "a \"reason\"",
                new AuditEntry.AccountChanged(
                        "c0ffee-1", new AccountCommand.Grant("per-account", List.of(), 5), untouched(), profile(), 4));
    }
}
