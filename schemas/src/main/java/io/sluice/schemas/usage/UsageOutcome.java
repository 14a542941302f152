package io.sluice.schemas.usage;

import io.sluice.schemas.WireException;
import java.util.List;
import java.util.Locale;

/** The outcome of the requests of one usage row. */
public enum UsageOutcome {
    ALLOWED,
    /** Allowed, to be held until its scheduled time. */
    THROTTLED,
    /** Allowed, and let through uncharged by a limit that was exceeded. */
    TAGGED,
    DENIED,
    /** Refused; the caller is asked to pass a challenge. */
    CHALLENGED,
    /** A limit in shadow had enough tokens. */
    SHADOW_ALLOWED,
    /** A limit in shadow would have refused. */
    SHADOW_REFUSED;

    private static final List<UsageOutcome> ALL = List.of(values());

    private final String wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }

    /** Whether the requests were refused; a limit in shadow refuses nothing. */
    public boolean refuses() {
        return this == DENIED || this == CHALLENGED;
    }

    /** The outcome of this name. */
    public static UsageOutcome of(String wireName) throws WireException {
        for (UsageOutcome outcome : ALL) {
            if (outcome.wireName.equals(wireName)) {
                return outcome;
            }
        }
        throw new WireException(
                "outcome",
                wireName + " (expected: one of "
                        + ALL.stream().map(UsageOutcome::wireName).toList() + ")");
    }

    /** The outcome at this place of the list, as stores keep it. */
    public static UsageOutcome at(int index) {
        return ALL.get(index);
    }
}
