package io.sluice.cli;

import io.sluice.cli.access.AccessCommands;
import io.sluice.cli.access.AllowCidrCommand;
import io.sluice.cli.access.DenyCidrCommand;
import io.sluice.cli.accounts.AccountCommands;
import io.sluice.cli.admin.KeysCommand;
import io.sluice.cli.admission.AdmitCommand;
import io.sluice.cli.admission.RedeemCommand;
import io.sluice.cli.alerts.AlertsCommand;
import io.sluice.cli.alerts.PenaltiesCommand;
import io.sluice.cli.audit.AuditCommand;
import io.sluice.cli.dev.DevCommand;
import io.sluice.cli.kafka.ClockCommand;
import io.sluice.cli.kafka.DecisionsCommand;
import io.sluice.cli.kafka.LedgerVersionCommand;
import io.sluice.cli.kafka.TopicsCommand;
import io.sluice.cli.replay.LogCommands;
import io.sluice.cli.replay.ReplayCommand;
import io.sluice.cli.replay.SuggestCommand;
import io.sluice.cli.roles.GatewayCommand;
import io.sluice.cli.roles.RequestApiCommand;
import io.sluice.cli.roles.StreamsAppCommand;
import io.sluice.cli.roles.TrainCommand;
import io.sluice.cli.rules.ExplainCommand;
import io.sluice.cli.rules.RulesCommands;
import io.sluice.cli.signals.SignalCommands;
import io.sluice.cli.usage.TopCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The {@code sluice} command. */
@Command(
        name = "sluice",
        description = "Distributed admission control on Kafka Streams.",
        mixinStandardHelpOptions = true,
        // Every command has --help, and documents its exit codes.
        scope = ScopeType.INHERIT,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dev",
            "  sluice admit acme/alice --method POST --path /v1/orders",
            "  sluice rules apply --reason \"more for exports\" rules.yaml"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, with one line on standard error", "2:called wrongly"},
        version = "sluice 0.2.0",
        subcommands = {
            DevCommand.class,
            StreamsAppCommand.class,
            RequestApiCommand.class,
            GatewayCommand.class,
            TopicsCommand.class,
            ClockCommand.class,
            LedgerVersionCommand.class,
            RulesCommands.class,
            AccountCommands.class,
            DenyCidrCommand.class,
            AllowCidrCommand.class,
            AccessCommands.class,
            SignalCommands.class,
            TopCommand.class,
            AlertsCommand.class,
            PenaltiesCommand.class,
            AuditCommand.class,
            ExplainCommand.class,
            KeysCommand.class,
            DecisionsCommand.class,
            ReplayCommand.class,
            SuggestCommand.class,
            LogCommands.class,
            AdmitCommand.class,
            RedeemCommand.class,
            TrainCommand.class,
            CompletionCommand.class
        })
public final class Sluice {
    private Sluice() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line; exit codes: 0 done, 1 failed with one line on standard error, 2 wrongly called. */
    public static CommandLine commandLine() {
        return new CommandLine(new Sluice())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr()
                            .println(Printable.lines("sluice: "
                                    + (failure instanceof CommandFailure
                                            ? failure.getMessage()
                                            : CommandFailure.lineOf(failure))));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }
}
