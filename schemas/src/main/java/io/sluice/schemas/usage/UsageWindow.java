package io.sluice.schemas.usage;

import io.sluice.schemas.WireException;
import java.util.List;
import java.util.Locale;

/** The lengths of usage windows. A window begins at a multiple of its length since the epoch, in UTC. */
public enum UsageWindow {
    MINUTE(60_000L),
    HOUR(3_600_000L),
    DAY(86_400_000L);

    private static final List<UsageWindow> ALL = List.of(values());

    private final long millis;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    UsageWindow(long millis) {
        this.millis = millis;
    }

    public long millis() {
        return millis;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }

    /** The beginning of the window that this time lies in. */
    public long startOf(long atMillis) {
        return Math.floorDiv(atMillis, millis) * millis;
    }

    /** The window of this name. */
    public static UsageWindow of(String field, String wireName) throws WireException {
        for (UsageWindow window : ALL) {
            if (window.wireName.equals(wireName)) {
                return window;
            }
        }
        throw new WireException(field, wireName + " (expected: minute, hour or day)");
    }
}
