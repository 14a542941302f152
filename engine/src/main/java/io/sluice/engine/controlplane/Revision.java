package io.sluice.engine.controlplane;

import io.sluice.engine.bucket.Bounds;

/** One document that was put in force, under a number that no other has. */
public record Revision(long number, String document) {
    /** The last number: what every JSON reader takes for a whole number. */
    public static final long NUMBER_MAX = (1L << 53) - 1;

    public Revision {
        Bounds.within("revision", number, 1, NUMBER_MAX);
    }
}
