package io.sluice.engine.ruleset;

import java.util.Locale;

/** The ways in which a limit treats an admission that exceeds it, mildest first. */
public enum OnExceed {
    /** Lets it through uncharged, and reports that. */
    TAG,
    /** Lets it through at its scheduled time, if that comes soon enough; refuses otherwise. */
    THROTTLE,
    /** Refuses, and asks the caller to pass a challenge. */
    CHALLENGE,
    /** Refuses. */
    DENY;

    /** The name in documents. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
