package io.sluice.engine.ruleset;

import java.util.Map;

/** What a front end takes a limit to say when no verdict comes in time. */
public enum FailureMode {
    /** That there is enough: availability before exactness. */
    ALLOW,
    /** That there is not: protection before availability. */
    DENY,
    /** What a bucket of the front end's own says. */
    LOCAL;

    static final Map<String, FailureMode> BY_NAME = Map.of("allow", ALLOW, "deny", DENY, "local", LOCAL);
}
