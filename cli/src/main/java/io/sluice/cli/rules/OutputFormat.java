package io.sluice.cli.rules;

/** How a command prints its result. */
public enum OutputFormat {
    TEXT,
    JSON
}
