package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Scope;

/**
 * What a {@link KeyCount} counts the buckets of.
 *
 * @param account the account, or {@link #PARTITION} for all of them
 */
public record CountKey(String account, String limitId) {
    /** No account: it begins with a control character. */
    public static final String PARTITION = Scope.ACCOUNT_OVERFLOW;
}
