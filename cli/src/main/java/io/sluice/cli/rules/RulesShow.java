package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sluice rules show}: the document of a revision, as a file that can be applied again. */
@Command(
        name = "show",
        description = "Print the ruleset in force, or of an earlier revision, as a file that can be applied again.",
        footer = {"  sluice rules show > rules.yaml", "  sluice rules show 6"})
final class RulesShow implements Callable<Integer> {
    @ParentCommand
    private @Nullable RulesCommands rules;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Parameters(
            paramLabel = "REVISION",
            arity = "0..1",
            description = "One of the last 64 revisions (default: the one in force).")
    private @Nullable Long revision;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client().get(revision == null ? RulesCommands.ACTIVE : "/v1/rulesets/" + revision);
        PrintWriter out = spec.commandLine().getOut();
        if (rules != null && rules.result().asJson()) {
            out.println(answer.text());
        } else {
            RulesText.heading(answer).forEach(line -> out.println("# " + line));
            out.print(DocumentYaml.of(answer.body().get("document")));
        }
        out.flush();
        return 0;
    }
}
