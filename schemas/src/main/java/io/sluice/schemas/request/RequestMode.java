package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.Locale;

/** The mode of an admission request: whether it asks before something is done, or accounts for it afterwards. */
public enum RequestMode {
    /** May this be done now? It is charged to all limits, or refused. */
    CHECK,
    /** This was done: never refused, and it may take buckets below empty. */
    CHARGE,
    /** Give back what was charged before: never refused, and no bucket gets more than it lacks. */
    REFUND;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of this name. */
    public static RequestMode checked(String field, String wireName) throws WireException {
        for (RequestMode mode : values()) {
            if (mode.wireName().equals(wireName)) {
                return mode;
            }
        }
        throw new WireException(field, Texts.shown(wireName) + " (expected: check, charge or refund)");
    }
}
