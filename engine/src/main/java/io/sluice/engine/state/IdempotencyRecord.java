package io.sluice.engine.state;

/**
 * The stored answer to an admission with an idempotency key.
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
