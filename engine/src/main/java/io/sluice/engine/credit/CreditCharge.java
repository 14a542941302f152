package io.sluice.engine.credit;

/**
 * Tokens taken from one credit, or below 0 given back.
 *
 * @param version names the credit
 * @param first whether the credit is used before the limit's own tokens
 */
public record CreditCharge(long version, long tokens, boolean first) {
    /** The sum of all. */
    public static long sum(Iterable<CreditCharge> charges) {
        long sum = 0;
        for (CreditCharge charge : charges) {
            sum += charge.tokens();
        }
        return sum;
    }
}
