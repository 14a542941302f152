package io.sluice.cli.replay;

import picocli.CommandLine.Command;

/** {@code sluice log}: exports a log, to keep it beyond its retention or to import it elsewhere. */
@Command(
        name = "log",
        description = "Export the log of a cluster to files, and import it into another cluster.",
        subcommands = {LogExportCommand.class, LogImportCommand.class},
        footer = {
            "  sluice log export /var/tmp/monday --from 24h --bootstrap-servers 127.0.0.1:9092"
                    + " --rules-public-key-file rules.pub --command-public-key-file command.pub",
            "  sluice log import /var/tmp/monday --bootstrap-servers test.example.com:9092"
        })
public final class LogCommands {}
