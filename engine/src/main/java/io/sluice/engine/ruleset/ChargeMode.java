package io.sluice.engine.ruleset;

import java.util.Locale;

/** The mode of an admission: whether it asks before something is done, or accounts for it afterwards. */
public enum ChargeMode {
    /** Asks first: it is charged to all limits, or refused. */
    CHECK,
    /** Reports what was used already: never refused, and it may take buckets below empty. */
    CHARGE,
    /** Gives back what was charged before: never refused, and no bucket gets more than it lacks. */
    REFUND;

    /** The name in canonical texts. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
