package io.sluice.engine.ledger;

import io.sluice.engine.credit.BucketCredits;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LedgerStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The credits of one account at one moment.
 *
 * <p>A limit in shadow uses none, since it refuses nothing that a credit could pay for. A bucket that accounts share
 * has none either.
 */
record AccountCredits(String account, List<Credit> credits, UsedCredits used, long nowMillis) {
    /** Reads what is used only if there is a credit. */
    static AccountCredits of(String account, AccountTimeline timeline, LedgerStore store, long nowMillis) {
        List<Credit> credits = timeline.credits();
        UsedCredits used = credits.isEmpty() ? UsedCredits.NONE : store.usedCredits(account);
        return new AccountCredits(account, credits, used, nowMillis);
    }

    static AccountCredits none(String account, long nowMillis) {
        return new AccountCredits(account, List.of(), UsedCredits.NONE, nowMillis);
    }

    /** Those that a limit uses for this bucket. */
    BucketCredits of(Limit limit, BucketKey key) {
        return credits.isEmpty()
                        || !key.account().equals(account)
                        || !limit.isEnforcedFor(account)
                        || !Credit.isPossible(limit.algorithm())
                ? BucketCredits.NONE
                : BucketCredits.of(credits, used, key.limitId(), key.scope(), nowMillis);
    }

    /** The same after these charges. */
    AccountCredits after(List<CreditCharge> charges) {
        return charges.isEmpty()
                ? this
                : new AccountCredits(account, credits, used.after(charges, credits, nowMillis), nowMillis);
    }

    /** What these charges change; null for nothing. */
    @Nullable CreditChange change(List<CreditCharge> charges) {
        return charges.isEmpty() ? null : new CreditChange(account, after(charges).used);
    }
}
