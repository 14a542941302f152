package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.Locale;

/** How important an admission is, lowest first; the caller sets it, and it is not verified, as with attributes. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH,
    CRITICAL;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The priority of this name. */
    public static Priority checked(String field, String wireName) throws WireException {
        for (Priority priority : values()) {
            if (priority.wireName().equals(wireName)) {
                return priority;
            }
        }
        throw new WireException(field, Texts.shown(wireName) + " (expected: low, normal, high or critical)");
    }
}
