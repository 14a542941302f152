package io.sluice.engine.profile;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.AccountSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one account in addition to the ruleset. Immutable; every accepted command makes the next version.
 *
 * <p>A profile is never deleted, not even one without settings: its version prevents that an old command takes effect
 * again.
 *
 * @param version 0 for an account that was never changed, and one more for each command that was accepted
 * @param settings how limits count for the account
 * @param listing whether the account is let through or kept out; may have expired
 * @param history the changes that buckets have to cross, oldest first
 * @param horizon the youngest change that buckets had to cross and that is no longer in the history
 * @param forgottenVersion the youngest change of any kind that is no longer in the history: what was held under an
 *     earlier version may have been granted back since
 * @param last the command that made this version; null for version 0
 * @param credits tokens on top of limits, in the order in which they were added; some may be over
 */
public record AccountProfile(
        long version,
        AccountSettings settings,
        @Nullable ProfileListing listing,
        List<SettingsChange> history,
        At horizon,
        long forgottenVersion,
        @Nullable LastChange last,
        List<Credit> credits) {

    /**
     * Changes kept. The clean-up brings stored buckets to the present, so older ones are needed only until it has gone
     * round once; a bucket from before them is carried as if it had stood still until then.
     */
    public static final int HISTORY_MAX = 64;
    /** Limits that one profile can override. */
    public static final int OVERRIDES_MAX = 64;

    public static final AccountProfile NONE =
            new AccountProfile(0, AccountSettings.NONE, null, List.of(), At.NEVER, 0, /* last= */ null);

    /** A profile without credits. */
    public AccountProfile(
            long version,
            AccountSettings settings,
            @Nullable ProfileListing listing,
            List<SettingsChange> history,
            At horizon,
            long forgottenVersion,
            @Nullable LastChange last) {
        this(version, settings, listing, history, horizon, forgottenVersion, last, List.of());
    }

    /** The command that made a version. */
    public record LastChange(String commandId, long atMillis, Author by) {}

    public AccountProfile {
        history = List.copyOf(history);
        credits = List.copyOf(credits);
        Bounds.within("credits", credits.size(), 0, Credit.CREDITS_MAX);
        Bounds.within("version", version, forgottenVersion, Long.MAX_VALUE);
        Bounds.within("forgottenVersion", forgottenVersion, horizon.version(), Long.MAX_VALUE);
        Bounds.within("history", history.size(), 0, HISTORY_MAX);
    }

    /** The version of the youngest change that buckets have to cross; 0 if there never was one. */
    public long settingsVersion() {
        return history.isEmpty()
                ? horizon.version()
                : history.get(history.size() - 1).at().version();
    }

    /**
     * The entry that answers an account's admissions in place of limits, if {@code ofDocument} is that of the ruleset.
     */
    public @Nullable Listing listing(@Nullable Listing ofDocument, String account, long nowMillis) {
        return ProfileListing.first(ofDocument, listing, account, nowMillis);
    }

    /** Whether this command made this version. */
    public boolean isMadeBy(ProfileCommand command) {
        return last != null && last.commandId().equals(command.commandId()) && command.expectedVersion() == version - 1;
    }

    /** Its credits whose time is not over. */
    public List<Credit> creditsAt(long nowMillis) {
        return credits.stream().filter(credit -> !credit.isOver(nowMillis)).toList();
    }

    /** The next version, with another listing. */
    AccountProfile listed(@Nullable ProfileListing other, LastChange change) {
        return new AccountProfile(version + 1, settings, other, history, horizon, forgottenVersion, change, credits);
    }

    /** The next version, without any other difference. */
    AccountProfile touched(LastChange change) {
        return credited(credits, change);
    }

    /** The next version, with other credits. */
    AccountProfile credited(List<Credit> others, LastChange change) {
        return new AccountProfile(version + 1, settings, listing, history, horizon, forgottenVersion, change, others);
    }

    /** The next version, with a change that buckets have to cross. */
    AccountProfile changed(AccountSettings other, SettingsChange crossed, LastChange change) {
        List<SettingsChange> next = new ArrayList<>(history);
        next.add(crossed);
        if (next.size() <= HISTORY_MAX) {
            return new AccountProfile(version + 1, other, listing, next, horizon, forgottenVersion, change, credits);
        }
        SettingsChange gone = next.remove(dispensable());
        return new AccountProfile(
                version + 1,
                other,
                listing,
                next,
                gone.isOfOneBucket() ? horizon : gone.at(),
                Math.max(forgottenVersion, gone.at().version()),
                change,
                credits);
    }

    /** The index of the oldest change that no bucket has to cross; if there is none, of the oldest. */
    private int dispensable() {
        for (int i = 0; i < history.size(); i++) {
            if (history.get(i).isOfOneBucket()) {
                return i;
            }
        }
        return 0;
    }
}
