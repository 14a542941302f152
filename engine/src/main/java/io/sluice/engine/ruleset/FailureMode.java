package io.sluice.engine.ruleset;

import java.util.Map;

/** The outcome that a front end assumes for a limit when no verdict comes in time. */
public enum FailureMode {
    /** The limit has enough tokens: availability before exactness. */
    ALLOW,
    /** The limit has too few tokens: protection before availability. */
    DENY,
    /** The outcome of the front end's own bucket. */
    LOCAL;

    static final Map<String, FailureMode> BY_NAME = Map.of("allow", ALLOW, "deny", DENY, "local", LOCAL);
}
