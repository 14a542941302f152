package io.sluice.engine.state;

import io.sluice.engine.ruleset.Scope;

/**
 * The key of a {@link BucketCount}: the limit and the account whose buckets it counts.
 *
 * @param account the account, or {@link #PARTITION} for all of them
 */
public record BucketCountKey(String account, String limitId) {
    /** No account: it begins with a control character. */
    public static final String PARTITION = Scope.ACCOUNT_OVERFLOW;
}
