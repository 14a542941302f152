package io.sluice.engine.rulebook;

import io.sluice.engine.bucket.Bounds;

/** One document that was put in force, under a number that no other has. */
public record Revision(long number, String document) {
    public Revision {
        Bounds.within("revision", number, 1, Long.MAX_VALUE);
    }
}
