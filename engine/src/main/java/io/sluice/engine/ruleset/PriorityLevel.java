package io.sluice.engine.ruleset;

import java.util.Locale;

/** How important an admission is, lowest first: limits can keep tokens for more important ones. */
public enum PriorityLevel {
    LOW,
    NORMAL,
    HIGH,
    CRITICAL;

    /** The name in documents. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
