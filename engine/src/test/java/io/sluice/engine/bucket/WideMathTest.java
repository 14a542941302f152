package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WideMathTest {
    private static final int ROUNDS = 500_000;
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 1, 0",
        "7, 3, 0, 10, 2",
        "7, 3, 9, 10, 3",
        "7, 3, -1, 10, 2",
        "7, 3, -2, 10, 1",
        "1, 5, -5, 3, 0",
        // The product is Long.MAX_VALUE itself, the last that fits.
        "9223372036854775807, 1, 0, 1, 9223372036854775807",
        // It fits, but not with the addend.
        "9223372036854775807, 1, 1, 2, 4611686018427387904",
        // 2^63 is negative as a long although its high half is 0.
        "4294967296, 2147483648, 0, 2, 4611686018427387904",
        "4294967296, 2147483648, -1, 1, 9223372036854775807",
        // 2^64 is 0 as a long.
        "4294967296, 4294967296, 0, 4, 4611686018427387904",
        "4294967296, 4294967296, -4, 4, 4611686018427387903",
    })
    void shouldGiveTheFloor_whenFactorsAreAtTheEdges(long a, long b, long addend, long divisor, long expected) {
        assertThat(WideMath.multiplyAddDivide(a, b, addend, divisor)).isEqualTo(expected);
    }

    @Test
    void shouldSaturate_whenTheQuotientIsBeyondALong() {
        // Given
        long max = Long.MAX_VALUE;

        // Then
        assertThat(WideMath.multiplyAddDivide(max, 2, 0, 1)).isEqualTo(max);
        assertThat(WideMath.multiplyAddDivide(max, 1, 1, 1)).isEqualTo(max);
        assertThat(WideMath.multiplyAddDivide(max, max, max, 1)).isEqualTo(max);
        assertThat(WideMath.multiplyAddDivide(max, max, 0, max)).isEqualTo(max);
        assertThat(WideMath.multiplyAddDivide(max, max, -1, max)).isEqualTo(max - 1);
    }

    @Test
    void shouldEqualBigIntegerArithmetic_whenArgumentsAreRandom() {
        // Given
        long seed = 20_260_101;
        SplittableRandom random = new SplittableRandom(seed);
        int wide = 0;
        int saturated = 0;

        for (int round = 0; round < ROUNDS; round++) {
            long a = anySize(random);
            long b = anySize(random);
            long divisor = Math.max(1, anySize(random));
            BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
            long addend = random.nextBoolean() ? anySize(random) : -anySize(random, product);

            // When
            long quotient = WideMath.multiplyAddDivide(a, b, addend, divisor);

            // Then
            BigInteger exact = product.add(BigInteger.valueOf(addend)).divide(BigInteger.valueOf(divisor));
            assertThat(quotient)
                    .as("seed %d round %d: (%d * %d + %d) / %d", seed, round, a, b, addend, divisor)
                    .isEqualTo(exact.min(LONG_MAX).longValueExact());
            wide += product.bitLength() > 63 ? 1 : 0;
            saturated += exact.compareTo(LONG_MAX) > 0 ? 1 : 0;
        }

        // Both paths and the saturation must have been met, or the comparison proves nothing.
        assertThat(wide).as("seed %d: wide products", seed).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
        assertThat(saturated).as("seed %d: saturated", seed).isGreaterThan(ROUNDS / 100);
    }

    /** A number of any bit length: uniform longs would nearly all be large. */
    private static long anySize(SplittableRandom random) {
        return random.nextLong() >>> random.nextInt(1, 64);
    }

    private static long anySize(SplittableRandom random, BigInteger max) {
        return BigInteger.valueOf(anySize(random)).min(max).longValueExact();
    }
}
