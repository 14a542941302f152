package io.sluice.cli.chaos;

import java.time.Duration;
import java.util.Random;

/**
 * Something that goes wrong.
 *
 * @param name how it is selected and reported
 * @param target what it happens to: two faults of one target are not put together
 * @param lasts how long it is left alone before it is healed
 */
record Fault(String name, Target target, Duration lasts, Injecting injecting) {
    /** What a fault happens to. */
    enum Target {
        APP,
        FRONT_END,
        BROKER,
        LOG,
        /** It moves everything, so it is alone. */
        ALL
    }

    /** Does it, to victims that chance picks. */
    @FunctionalInterface
    interface Injecting {
        Injected inject(Deployment deployment, OpenLoad load, Random random) throws Exception;
    }

    /** Ends it. */
    @FunctionalInterface
    interface Healing {
        void heal() throws Exception;
    }

    /**
     * A fault that is there.
     *
     * @param what what was done to whom
     * @param healsLast whether healing waits until everything else is whole, so the other fault of a pair heals before
     */
    record Injected(String what, Affected affected, Healing healing, boolean healsLast) {
        Injected(String what, Affected affected, Healing healing) {
            this(what, affected, healing, /* healsLast= */ false);
        }

        Injected last() {
            return new Injected(what, affected, healing, /* healsLast= */ true);
        }
    }

    boolean goesWith(Fault other) {
        return target != other.target && target != Target.ALL && other.target != Target.ALL;
    }
}
