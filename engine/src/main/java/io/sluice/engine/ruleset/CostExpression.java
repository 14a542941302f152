package io.sluice.engine.ruleset;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A formula for what a limit is charged for an admission, from the admission's cost and attributes.
 *
 * <p>Total and exact: every admission has a result, whatever its attributes are. Numbers are whole. Sums, differences
 * and products beyond 63 bits stay at the largest number, or the smallest. A division says how it rounds; a divisor
 * below 1 counts as 1. The result is at least 0 and at most {@link #RESULT_MAX}.
 *
 * <pre>
 *   number("input", 0) + 4 * number("output", 0)
 *   max(1, ceil(number("bytes", 0) / 1024))
 * </pre>
 *
 * @param text as it was written
 */
public record CostExpression(String text, Node root) {
    /** The largest result, as large as a request's cost can be. */
    public static final long RESULT_MAX = 1_000_000_000;

    /** More digits may not fit into a long; an attribute with more of them is no number. */
    static final int DIGITS_MAX = 18;

    /** One part of an expression. */
    public sealed interface Node permits Constant, RequestCost, Attribute, Binary, Division, Extreme {}

    /** A number as it stands. */
    public record Constant(long value) implements Node {}

    /** The cost that the request asks for. */
    public record RequestCost() implements Node {}

    /** An attribute of the request, or a number in its place if it is missing or no whole number from 0. */
    public record Attribute(String name, long otherwise) implements Node {}

    /** A sum, a difference or a product. */
    public record Binary(Operator operator, Node left, Node right) implements Node {}

    /** A quotient, rounded down or up. */
    public record Division(boolean up, Node dividend, Node divisor) implements Node {}

    /** The least or the largest of several numbers. */
    public record Extreme(boolean largest, List<Node> parts) implements Node {
        public Extreme {
            parts = List.copyOf(parts);
        }
    }

    /** An operator between two numbers. */
    public enum Operator {
        PLUS,
        MINUS,
        TIMES
    }

    /**
     * The expression that a text is.
     *
     * @throws IllegalArgumentException naming the place of the first mistake
     */
    public static CostExpression of(String text) {
        return new CostExpression(text, new CostParser(text).parsed());
    }

    /** The result for a request of this cost with these attributes. */
    public long evaluate(long cost, Map<String, String> attributes) {
        return Math.max(0, Math.min(RESULT_MAX, value(root, cost, attributes)));
    }

    private static long value(Node node, long cost, Map<String, String> attributes) {
        if (node instanceof Constant constant) {
            return constant.value();
        }
        if (node instanceof RequestCost) {
            return cost;
        }
        if (node instanceof Attribute attribute) {
            return number(attributes.get(attribute.name()), attribute.otherwise());
        }
        if (node instanceof Binary binary) {
            long left = value(binary.left(), cost, attributes);
            long right = value(binary.right(), cost, attributes);
            return switch (binary.operator()) {
                case PLUS -> sum(left, right);
                case MINUS -> sum(left, -right);
                case TIMES -> product(left, right);
            };
        }
        if (node instanceof Division division) {
            long dividend = value(division.dividend(), cost, attributes);
            long divisor = Math.max(1, value(division.divisor(), cost, attributes));
            return division.up() ? -Math.floorDiv(-dividend, divisor) : Math.floorDiv(dividend, divisor);
        }
        Extreme extreme = (Extreme) node;
        long result = value(extreme.parts().get(0), cost, attributes);
        for (Node part : extreme.parts().subList(1, extreme.parts().size())) {
            long value = value(part, cost, attributes);
            result = extreme.largest() ? Math.max(result, value) : Math.min(result, value);
        }
        return result;
    }

    private static long number(@Nullable String text, long otherwise) {
        if (text == null || text.isEmpty() || text.length() > DIGITS_MAX) {
            return otherwise;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return otherwise;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** The numbers are within plus and minus {@link Long#MAX_VALUE}, so that each has an opposite. */
    private static long sum(long left, long right) {
        long sum = left + right;
        boolean overflows = ((left ^ sum) & (right ^ sum)) < 0;
        return overflows ? saturated(left < 0) : Math.max(-Long.MAX_VALUE, sum);
    }

    private static long product(long left, long right) {
        long high = Math.multiplyHigh(left, right);
        long low = left * right;
        boolean fits = (high == 0 && low >= 0) || (high == -1 && low < 0);
        return fits ? Math.max(-Long.MAX_VALUE, low) : saturated(left < 0 != right < 0);
    }

    private static long saturated(boolean negative) {
        return negative ? -Long.MAX_VALUE : Long.MAX_VALUE;
    }
}
