package io.sluice.engine.bucket;

import java.math.BigInteger;

/**
 * Integer arithmetic whose intermediate product may need 128 bits.
 *
 * <p>The common case stays in two multiplications and one division; only a product beyond 63 bits takes the exact slow
 * path over {@link BigInteger}. Neither path ever rounds silently.
 */
final class WideMath {
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private WideMath() {}

    /**
     * Returns {@code floor((a * b + addend) / divisor)}, or {@link Long#MAX_VALUE} where the quotient exceeds it.
     *
     * @param a at least 0
     * @param b at least 0
     * @param addend any value for which {@code a * b + addend} is at least 0
     * @param divisor at least 1
     */
    static long multiplyAddDivide(long a, long b, long addend, long divisor) {
        long product = a * b;
        if (Math.multiplyHigh(a, b) == 0 && product >= 0) {
            long dividend = product + addend;
            boolean overflowed = addend > 0 && dividend < 0;
            if (!overflowed) {
                // Most rates are whole tokens or whole milliseconds, and a division is the most expensive step here.
                return divisor == 1 ? dividend : dividend / divisor;
            }
        }
        BigInteger quotient = BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(b))
                .add(BigInteger.valueOf(addend))
                .divide(BigInteger.valueOf(divisor));
        return quotient.compareTo(LONG_MAX) > 0 ? Long.MAX_VALUE : quotient.longValueExact();
    }
}
