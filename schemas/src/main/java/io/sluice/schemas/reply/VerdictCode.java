package io.sluice.schemas.reply;

import java.util.Locale;

/** The three answers that a verdict can have. */
public enum VerdictCode {
    ALLOW,
    DENY,
    /** The request was not decided: it broke the contract. Nothing was charged. */
    ERROR;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
