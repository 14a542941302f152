package io.sluice.engine.state;

/**
 * What a partition remembers of an admission that carried an idempotency key.
 *
 * @param fingerprint digest of the request, to distinguish a retry from another request under the same key
 * @param expiresAtMillis the partition's time from which on it counts as forgotten; fixed when it is written, so that a
 *     later ruleset with another window cannot bring it back
 * @param outcome the answer
 */
public record IdempotencyRecord(long fingerprint, long expiresAtMillis, Outcome outcome) {
    public boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }
}
