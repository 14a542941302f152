package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;

/** Files of another rate limiter, which become one ruleset. */
public sealed interface ImportSource permits EnvoyRatelimitImport, Bucket4jImport {
    /** Reads one file more; what is wrong in it is kept until {@link #ruleset}, unless it is no YAML. */
    void read(String file, String text) throws CommandFailure;

    /** The ruleset of all files; fails with a line for each mistake in them. */
    ImportedRuleset ruleset() throws CommandFailure;
}
