package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.SourceValue.Form;
import io.sluice.cli.rules.imports.SourceValue.Items;
import io.sluice.cli.rules.imports.SourceValue.Members;
import io.sluice.cli.rules.imports.SourceValue.Scalar;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one object of a file of Envoy's rate limit service, which reads scalars as that service does.
 *
 * <p>Reading never throws. What is wrong is noted with its line, and the reader gets a neutral value to go on with.
 */
final class SourceSection {
    private static final Set<String> TRUE = Set.of("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON");
    private static final Set<String> FALSE = Set.of("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF");

    private final Members members;
    private final SourceProblems problems;

    SourceSection(Members members, SourceProblems problems) {
        this.members = members;
        this.problems = problems;
    }

    SourcePlace place() {
        return members.place();
    }

    Map<String, SourceValue> values() {
        return members.values();
    }

    /** Where a member stands, or else the object. */
    SourcePlace placeOf(String name) {
        SourceValue value = members.values().get(name);
        return value == null ? place() : value.place();
    }

    /** Whether a member is there and is not null. */
    boolean has(String name) {
        SourceValue value = members.values().get(name);
        return value != null && !(value instanceof Scalar scalar && scalar.form() == Form.NULL);
    }

    void problem(String name, String message) {
        problems.add(placeOf(name), name + ": " + message);
    }

    private void wrong(String name, String expected) {
        SourceValue value = members.values().get(name);
        problem(name, (value == null ? "missing" : value.shown()) + " (expected: " + expected + ")");
    }

    /** Any scalar as it is written, empty if left out; the service refuses numbers with a point. */
    String text(String name) {
        if (!has(name)) {
            return "";
        }
        if (members.values().get(name) instanceof Scalar scalar) {
            if (scalar.form() == Form.FLOAT) {
                wrong(name, "text in quotes, \"" + scalar.text() + "\": the service refuses such a number");
            }
            return scalar.text();
        }
        wrong(name, "text");
        return "";
    }

    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        if (members.values().get(name) instanceof Scalar scalar && scalar.form() != Form.QUOTED) {
            if (TRUE.contains(scalar.text())) {
                return true;
            }
            if (FALSE.contains(scalar.text())) {
                return false;
            }
        }
        wrong(name, "true or false");
        return false;
    }

    /** A whole number within bounds, 0 if left out; also hexadecimal, octal, binary and with underscores. */
    long number(String name, long max) {
        if (!has(name)) {
            return 0;
        }
        if (members.values().get(name) instanceof Scalar scalar && scalar.form() != Form.QUOTED) {
            BigInteger number = integer(scalar.text().replace("_", ""));
            if (number != null && number.signum() >= 0 && number.compareTo(BigInteger.valueOf(max)) <= 0) {
                return number.longValueExact();
            }
        }
        wrong(name, "a whole number, 0.." + max);
        return 0;
    }

    private static @Nullable BigInteger integer(String text) {
        boolean isSigned = text.startsWith("+") || text.startsWith("-");
        String digits = isSigned ? text.substring(1) : text;
        int radix = 10;
        if (digits.startsWith("0x") || digits.startsWith("0b") || digits.startsWith("0o")) {
            radix = digits.charAt(1) == 'x' ? 16 : digits.charAt(1) == 'b' ? 2 : 8;
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
            digits = digits.substring(1);
        }
        try {
            BigInteger number = digits.startsWith("+") || digits.startsWith("-") ? null : new BigInteger(digits, radix);
            return number != null && text.startsWith("-") ? number.negate() : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The objects of a list; none if it is left out. */
    List<SourceSection> sections(String name) {
        List<SourceSection> sections = new ArrayList<>();
        if (!has(name)) {
            return sections;
        }
        if (!(members.values().get(name) instanceof Items items)) {
            wrong(name, "a list");
            return sections;
        }
        for (SourceValue item : items.values()) {
            if (item instanceof Members object) {
                sections.add(new SourceSection(object, problems));
            } else {
                problems.add(item.place(), name + ": " + item.shown() + " (expected: an object)");
            }
        }
        return sections;
    }

    /** An object; null if it is left out. */
    @Nullable SourceSection section(String name) {
        if (!has(name)) {
            return null;
        }
        if (members.values().get(name) instanceof Members object) {
            return new SourceSection(object, problems);
        }
        wrong(name, "an object");
        return null;
    }
}
