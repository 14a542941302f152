package io.sluice.schemas.reply;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The action of a limit on an admission that exceeded it, other than to deny it. */
public enum ExceedAction {
    /** Refused; the caller is asked to pass a challenge. */
    CHALLENGE,
    /** Charged in advance: allowed, to be held until its scheduled time. */
    THROTTLE,
    /** Let through uncharged. */
    TAG;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action of this name; null if there is none, such as one of a later version. */
    public static @Nullable ExceedAction of(String wireName) {
        for (ExceedAction action : values()) {
            if (action.wireName().equals(wireName)) {
                return action;
            }
        }
        return null;
    }
}
