package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ControlKeyOptions;
import io.sluice.cli.LogOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.client.rules.RulesetPublisher;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice rules}: check a ruleset file, or put it in force. */
@Command(name = "rules", description = "Check a ruleset file, or put it in force.", mixinStandardHelpOptions = true)
public final class RulesCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "validate", description = "Check a ruleset file; exit code 1 with every problem if it is wrong.")
    int validate(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file) throws CommandFailure {
        RulesFile rules = RulesFile.read(file);
        spec.commandLine().getOut().println(file + ": valid, " + rules.limits() + " limits");
        return 0;
    }

    @Command(name = "apply", description = "Put a ruleset file in force in every partition.")
    int apply(
            @Mixin KafkaOptions kafka,
            @Mixin ControlKeyOptions controlKey,
            @Mixin LogOptions log,
            @Option(names = "--author", defaultValue = "${sys:user.name}", description = "Who changes the rules.")
                    String author,
            @Option(names = "--reason", required = true, description = "Why they change.") String reason,
            @Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
            throws CommandFailure {
        log.apply();
        RulesFile rules = RulesFile.read(file);
        RulesetPublisher publisher = new RulesetPublisher(kafka.read(), controlKey.read());
        long revision = publisher.publish(rules.documentJson(), new RulesetPublisher.Change(author, reason));
        spec.commandLine().getOut().println("ruleset revision " + revision + " published to every partition");
        return 0;
    }
}
