package io.sluice.engine.state;

/**
 * The name of one bucket.
 *
 * @param account the account that it belongs to; buckets of one account can be listed
 * @param limitId the limit that it counts for
 * @param scope the scope value, as {@link io.sluice.engine.ruleset.Scope#valueIn} gives it
 */
public record BucketKey(String account, String limitId, String scope) {}
