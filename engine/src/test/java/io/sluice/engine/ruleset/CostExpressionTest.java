package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Costs that limits compute, by example and against big numbers. */
final class CostExpressionTest {
    private static final Map<String, String> ATTRIBUTES =
            Map.of("in", "120", "out", "7", "bytes", "1025", "bad", "12.5", "below", "-4", "long", "1".repeat(19));
    private static final String PART = "a number, cost, number(\"attribute\", 0), min, max, floor, ceil or (";

    private static long of(String text) {
        return CostExpression.of(text).evaluate(3, ATTRIBUTES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cost                                          | 3
            cost * 2 + 1                                  | 7
            1 + 2 * 3                                     | 7
            (1 + 2) * 3                                   | 9
            10 - 2 - 3                                    | 5
            number("in", 0) + 4 * number('out', 0)        | 148
            number("absent", 9)                           | 9
            number("bad", 9)                              | 9
            number("below", 9)                            | 9
            number("long", 9)                             | 9
            ceil(number("bytes", 0) / 1024)               | 2
            floor(number("bytes", 0) / 1024)              | 1
            ceil(2 * number("bytes", 0) / (1024 + 1))     | 2
            floor(7 / 0)                                  | 7
            floor((0 - 7) / 2) + 10                       | 6
            ceil((0 - 7) / 2) + 10                        | 7
            min(5, cost, 9)                               | 3
            max(1, cost - 7)                              | 1
            cost - 7                                      | 0
            999999999999999999 * 999999999999999999       | 1000000000
            0 - 999999999999999999 * 999999999999999999   | 0
            """)
    void shouldGiveTheResult_whenEvaluated(String text, long result) {
        assertThat(of(text.strip())).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cost / 2             | at 6 "/ 2" (expected: floor(a / b) or ceil(a / b), which say how to round)
            floor(1 + 2 / 3)     | at 9 "+ 2 / 3)" (expected: a / b, with parentheses around a sum)
            tokens               | at 1 "tokens" (expected: PART)
            number(in, 0)        | at 8 "in, 0)" (expected: the name of an attribute in quotes)
            number("in")         | at 12 ")" (expected: ",")
            1 +                  | at 4 the end (expected: PART)
            (1                   | at 3 the end (expected: ")")
            1 2                  | at 3 "2" (expected: the end, or + - *)
            1234567890123456789  | at 1 "1234567890123456789" (expected: a whole number of at most 18 digits)
            """)
    void shouldNameThePlace_whenItCannotBeRead(String text, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostExpression.of(text))
                .withMessage("\"" + text + "\", " + problem.replace("PART", PART));
    }

    @Test
    void shouldRefuse_whenTooLongOrTooDeep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostExpression.of("1 + ".repeat(125) + "1"))
                .withMessage("501 characters (expected: at most 500)");
        assertThat(of("(".repeat(19) + "1" + ")".repeat(19))).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CostExpression.of("(".repeat(20) + "1" + ")".repeat(20)))
                .withMessageEndingWith("(expected: at most 20 parentheses within each other)");
    }

    /** A random expression, and what it comes to in big numbers, each step cut to what a long has. */
    private record Sample(String text, BigInteger value) {}

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private static Sample sample(SplittableRandom random, int depth) {
        if (depth == 0 || random.nextInt(5) == 0) {
            long number = random.nextInt(3) == 0 ? random.nextLong(1_000_000_000_000_000_000L) : random.nextLong(20);
            return new Sample(Long.toString(number), BigInteger.valueOf(number));
        }
        Sample a = sample(random, depth - 1);
        Sample b = sample(random, depth - 1);
        BigInteger divisor = b.value().max(BigInteger.ONE);
        BigInteger[] quotient = a.value().divideAndRemainder(divisor);
        int sign = quotient[1].signum();
        return switch (random.nextInt(7)) {
            case 0 -> cut("(" + a.text() + " + " + b.text() + ")", a.value().add(b.value()));
            case 1 -> cut("(" + a.text() + " - " + b.text() + ")", a.value().subtract(b.value()));
            case 2 -> cut("(" + a.text() + " * " + b.text() + ")", a.value().multiply(b.value()));
            case 3 -> cut("min(" + a.text() + ", " + b.text() + ")", a.value().min(b.value()));
            case 4 -> cut("max(" + a.text() + ", " + b.text() + ")", a.value().max(b.value()));
            case 5 ->
                cut(
                        "floor(" + a.text() + " / " + b.text() + ")",
                        sign < 0 ? quotient[0].subtract(BigInteger.ONE) : quotient[0]);
            default ->
                cut(
                        "ceil(" + a.text() + " / " + b.text() + ")",
                        sign > 0 ? quotient[0].add(BigInteger.ONE) : quotient[0]);
        };
    }

    private static Sample cut(String text, BigInteger value) {
        return new Sample(text, value.min(MOST).max(MOST.negate()));
    }

    @Test
    void shouldAgreeWithBigNumbers_whenExpressionsAreRandom() {
        SplittableRandom random = new SplittableRandom(18);
        int compared = 0;
        for (int i = 0; i < 100_000; i++) {
            Sample sample = sample(random, random.nextInt(6));
            if (sample.text().length() > CostParser.CHARS_MAX) {
                continue;
            }
            BigInteger expected =
                    sample.value().max(BigInteger.ZERO).min(BigInteger.valueOf(CostExpression.RESULT_MAX));
            assertThat(of(sample.text())).as(sample.text()).isEqualTo(expected.longValueExact());
            compared++;
        }
        assertThat(compared).isGreaterThan(80_000);
    }
}
