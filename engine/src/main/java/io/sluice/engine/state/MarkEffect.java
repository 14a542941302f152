package io.sluice.engine.state;

/**
 * The effect of a clock mark: its writer's own time, compared with the broker's stamp of the record that carries it.
 */
public enum MarkEffect {
    /** The stamp is right, and the partition's time has caught up with it. */
    CAUGHT_UP,
    /** The stamp is right, and the partition's time is not behind it: nothing has changed. */
    AGREES,
    /** One of the two clocks is wrong, or the mark is an old one: nothing has changed. */
    DISAGREES
}
