package io.sluice.engine.ruleset;

import java.util.Locale;

/** How much an admission matters, lowest first: limits can keep tokens for those that matter more. */
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
