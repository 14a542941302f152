package io.sluice.engine.ruleset;

import io.sluice.engine.ruleset.CostExpression.Attribute;
import io.sluice.engine.ruleset.CostExpression.Binary;
import io.sluice.engine.ruleset.CostExpression.Constant;
import io.sluice.engine.ruleset.CostExpression.Division;
import io.sluice.engine.ruleset.CostExpression.Extreme;
import io.sluice.engine.ruleset.CostExpression.Node;
import io.sluice.engine.ruleset.CostExpression.Operator;
import io.sluice.engine.ruleset.CostExpression.RequestCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A parser of the text of a {@link CostExpression}.
 *
 * <pre>
 *   sum      = product { ("+" | "-") product }
 *   product  = factor { "*" factor }
 *   factor   = digits | "cost" | "(" sum ")" | ("min" | "max") "(" sum { "," sum } ")"
 *            | ("floor" | "ceil") "(" product "/" factor ")" | "number" "(" text "," digits ")"
 *   text     = what stands between two " or two '
 * </pre>
 */
final class CostParser {
    static final int CHARS_MAX = 500;
    /** Parentheses within each other: bounds the stack. */
    static final int DEPTH_MAX = 20;

    private static final int NAME_CHARS_MAX = 64;

    private final String text;
    private int at;
    private int depth;

    CostParser(String text) {
        this.text = text;
    }

    Node parsed() {
        if (text.length() > CHARS_MAX) {
            throw new IllegalArgumentException(text.length() + " characters (expected: at most " + CHARS_MAX + ")");
        }
        Node root = sum();
        if (at < text.length()) {
            throw wrong(peek() == '/' ? "floor(a / b) or ceil(a / b), which say how to round" : "the end, or + - *");
        }
        return root;
    }

    private Node sum() {
        Node left = product();
        while (peek() == '+' || peek() == '-') {
            Operator operator = take() == '+' ? Operator.PLUS : Operator.MINUS;
            left = new Binary(operator, left, product());
        }
        return left;
    }

    private Node product() {
        Node left = factor();
        while (peek() == '*') {
            take();
            left = new Binary(Operator.TIMES, left, factor());
        }
        return left;
    }

    private Node factor() {
        if (++depth > DEPTH_MAX) {
            throw new IllegalArgumentException(
                    shown() + " (expected: at most " + DEPTH_MAX + " parentheses within each other)");
        }
        Node factor = peek() == '(' ? parenthesised() : isDigit(peek()) ? new Constant(digits()) : named();
        depth--;
        return factor;
    }

    private Node parenthesised() {
        take();
        Node inner = sum();
        expect(')');
        return inner;
    }

    private Node named() {
        int from = at;
        String name = word();
        switch (name) {
            case "cost":
                return new RequestCost();
            case "min":
            case "max":
                return extreme(name.equals("max"));
            case "floor":
            case "ceil":
                return division(name.equals("ceil"));
            case "number":
                return attribute();
            default:
                at = from;
                throw wrong("a number, cost, number(\"attribute\", 0), min, max, floor, ceil or (");
        }
    }

    private Node extreme(boolean largest) {
        expect('(');
        List<Node> parts = new ArrayList<>();
        parts.add(sum());
        while (peek() == ',') {
            take();
            parts.add(sum());
        }
        expect(')');
        return new Extreme(largest, parts);
    }

    private Node division(boolean up) {
        expect('(');
        Node dividend = product();
        if (peek() != '/') {
            throw wrong("a / b, with parentheses around a sum");
        }
        take();
        Node divisor = factor();
        expect(')');
        return new Division(up, dividend, divisor);
    }

    private Node attribute() {
        expect('(');
        char quote = peek();
        if (quote != '"' && quote != '\'') {
            throw wrong("the name of an attribute in quotes");
        }
        int end = text.indexOf(quote, at + 1);
        String name = end < 0 ? "" : text.substring(at + 1, end);
        if (name.isEmpty() || name.length() > NAME_CHARS_MAX) {
            throw wrong("the name of an attribute in quotes, 1 to " + NAME_CHARS_MAX + " characters");
        }
        at = end + 1;
        expect(',');
        Node attribute = new Attribute(name, digits());
        expect(')');
        return attribute;
    }

    private long digits() {
        peek();
        int from = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (from == at || at - from > CostExpression.DIGITS_MAX) {
            at = from;
            throw wrong("a whole number of at most " + CostExpression.DIGITS_MAX + " digits");
        }
        return Long.parseLong(text.substring(from, at));
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private String word() {
        peek();
        int from = at;
        while (at < text.length() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char take() {
        char next = peek();
        at++;
        return next;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong("\"" + wanted + "\"");
        }
        at++;
    }

    private String shown() {
        return "\"" + text + "\"";
    }

    private IllegalArgumentException wrong(String expected) {
        peek();
        String found = at < text.length() ? "\"" + text.substring(at) + "\"" : "the end";
        return new IllegalArgumentException(
                shown() + ", at " + (at + 1) + " " + found + " (expected: " + expected + ")");
    }
}
