package io.sluice.engine.controlplane;

import io.sluice.engine.bucket.Bounds;

/** One document that was put in force, under a number that no other has. */
public record Revision(long number, String document) {
    /** The largest number: the largest integer that every JSON reader keeps. */
    public static final long NUMBER_MAX = (1L << 53) - 1;

    public Revision {
        Bounds.within("revision", number, 1, NUMBER_MAX);
    }
}
