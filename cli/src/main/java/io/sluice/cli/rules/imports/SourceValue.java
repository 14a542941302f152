package io.sluice.cli.rules.imports;

import java.util.List;
import java.util.Map;

/** A value of a file that is imported, and where it stands. */
sealed interface SourceValue {
    SourcePlace place();

    /** What the value is, in words. */
    String shown();

    /** How a scalar is written. */
    enum Form {
        QUOTED,
        WORD,
        INTEGER,
        FLOAT,
        BOOLEAN,
        NULL
    }

    /** A scalar, as it is written. */
    record Scalar(SourcePlace place, String text, Form form) implements SourceValue {
        @Override
        public String shown() {
            return form == Form.QUOTED ? "\"" + text + "\"" : text;
        }
    }

    /** A list. */
    record Items(SourcePlace place, List<SourceValue> values) implements SourceValue {
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** An object, its members in the order of the file. */
    record Members(SourcePlace place, Map<String, SourceValue> values) implements SourceValue {
        @Override
        public String shown() {
            return "an object";
        }
    }
}
