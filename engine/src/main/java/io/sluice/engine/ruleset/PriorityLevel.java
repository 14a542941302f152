package io.sluice.engine.ruleset;

import java.util.Locale;

/** The priority of an admission, lowest first: limits can keep tokens for higher ones. */
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
