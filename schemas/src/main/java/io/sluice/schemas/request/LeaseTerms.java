package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * The terms of a lease: its tokens, and how long they may be spent. In a request it is the most that a front end
 * would take. In a verdict it is the lease that comes with it. With 0 tokens, the limits that apply do lend, but had
 * too few; then only time brings tokens back.
 *
 * @param tokens 0 to {@link #TOKENS_MAX}
 * @param ttlMillis 1 to {@link LeaseRequest#TTL_MILLIS_MAX}
 * @param overMillis 0 if all tokens are there; else in how long the last of them comes, at most {@code ttlMillis}. They
 *     come evenly. In a request it is how long the front end would wait for the last of such tokens
 */
public record LeaseTerms(long tokens, long ttlMillis, long overMillis) {
    /** The name of the member that has them. */
    public static final String NAME = "lease";
    /** With the cost of its request, a lease is at most what one record can report. */
    public static final long TOKENS_MAX = AdmissionRequest.COST_MAX;

    public LeaseTerms {
        if (tokens < 0 || tokens > TOKENS_MAX || ttlMillis < 1 || ttlMillis > LeaseRequest.TTL_MILLIS_MAX) {
            throw new IllegalArgumentException("lease: " + tokens + " tokens for " + ttlMillis + " ms (expected: 0.."
                    + TOKENS_MAX + ", 1.." + LeaseRequest.TTL_MILLIS_MAX + ")");
        }
        if (overMillis < 0 || overMillis > ttlMillis) {
            throw new IllegalArgumentException("lease over " + overMillis + " ms (expected: 0.." + ttlMillis + ")");
        }
    }

    /** Terms of tokens that are there. */
    public LeaseTerms(long tokens, long ttlMillis) {
        this(tokens, ttlMillis, /* overMillis= */ 0);
    }

    /**
     * Checked terms.
     *
     * @param tokensMin 1 in a request, 0 in an answer
     * @throws WireException naming the part that is out of bounds
     */
    public static LeaseTerms checked(long tokens, long ttlMillis, long overMillis, long tokensMin)
            throws WireException {
        within(NAME + ".tokens", tokens, tokensMin, TOKENS_MAX);
        within(NAME + ".ttlMillis", ttlMillis, 1, LeaseRequest.TTL_MILLIS_MAX);
        within(NAME + ".overMillis", overMillis, 0, ttlMillis);
        return new LeaseTerms(tokens, ttlMillis, overMillis);
    }

    private static void within(String field, long number, long min, long max) throws WireException {
        if (number < min || number > max) {
            throw new WireException(field, number + " (expected: " + min + ".." + max + ")");
        }
    }
}
