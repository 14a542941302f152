package io.sluice.replay.run;

/** Somebody stopped the run before its end. */
public final class RunStoppedException extends Exception {
    public RunStoppedException() {
        super("stopped before the end; there is no result");
    }
}
