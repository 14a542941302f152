package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.Locale;

/** The priority of an admission, lowest first. The caller sets it, and it is not verified, like attributes. */
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
