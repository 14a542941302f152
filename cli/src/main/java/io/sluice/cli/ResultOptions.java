package io.sluice.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** How a command, with the commands below it, prints its result. */
public final class ResultOptions {
    @Option(
            names = "--output",
            paramLabel = "text|json",
            scope = ScopeType.INHERIT,
            defaultValue = "text",
            description = "Result as text or json (default: text).")
    private Format output = Format.TEXT;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    private enum Format {
        TEXT,
        JSON
    }

    public boolean asJson() {
        return output == Format.JSON;
    }

    /** Prints the result in the form that was asked for. */
    public void print(String json, List<String> text) {
        (asJson() ? List.of(json) : text).forEach(this::line);
    }

    public void line(String text) {
        command.commandLine().getOut().println(text);
        command.commandLine().getOut().flush();
    }
}
