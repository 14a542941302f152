package io.sluice.replay.audit;

import java.util.List;

/**
 * A decision that is not what the log leads to.
 *
 * @param name the decision ID, or the hold that expired
 * @param details each member that differs, with both values; or one line that says what is there
 */
public record Difference(Kind kind, int partition, String name, List<String> details) {
    public Difference {
        details = List.copyOf(details);
    }

    /** What is wrong. */
    public enum Kind {
        /** It is recorded, and says something else. */
        CHANGED("recorded otherwise"),
        /** The log leads to it, and it is not recorded. */
        MISSING("not recorded"),
        /** It is recorded, and the log does not lead to it, or not twice. */
        UNFOUNDED("recorded without a cause"),
        /** A record of the decision topic cannot be read. */
        UNREADABLE("unreadable");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Whether it is wrong whatever the state was. */
        boolean isWrongAnyway() {
            return this == UNREADABLE;
        }

        /** As reports say it. */
        public String text() {
            return text;
        }
    }
}
