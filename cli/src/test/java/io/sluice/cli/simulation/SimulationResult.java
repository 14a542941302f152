package io.sluice.cli.simulation;

import org.jspecify.annotations.Nullable;

/**
 * What came of one seed.
 *
 * @param traceHash the same for the same seed, on every machine
 * @param lines of the trace
 * @param records of the request log
 * @param tail the last lines of the trace
 * @param failure what was broken; null if nothing was
 */
record SimulationResult(
        long seed,
        String traceHash,
        long lines,
        int records,
        String tail,
        Coverage coverage,
        @Nullable Throwable failure) {

    /** For somebody who has to find out what went wrong. */
    String report() {
        return "seed " + seed + " (repeat it: ./dev sim --seed " + seed + " --count 1), trace " + traceHash + "\n"
                + tail + "\n" + failure;
    }
}
