package io.sluice.cli.rules;

/** How a command tells its result. */
public enum OutputFormat {
    TEXT,
    JSON
}
