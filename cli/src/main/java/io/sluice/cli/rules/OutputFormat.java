package io.sluice.cli.rules;

/** How a command tells its result. */
enum OutputFormat {
    TEXT,
    JSON
}
