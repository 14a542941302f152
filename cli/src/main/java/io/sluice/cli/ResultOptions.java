package io.sluice.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that say how a command and its subcommands print results. */
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
        JSON,
        CSV
    }

    public boolean asJson() {
        return output == Format.JSON;
    }

    /** For the few results that are tables. */
    public boolean asCsv() {
        return output == Format.CSV;
    }

    /** Prints a result that is no table in the form that was asked for. */
    public void print(String json, List<String> text) {
        if (asCsv()) {
            throw new ParameterException(command.commandLine(), "--output csv (expected: text or json)");
        }
        (asJson() ? List.of(json) : text).forEach(this::line);
    }

    /** Clears the terminal. Nothing that comes from elsewhere can: {@link #line} makes such characters visible. */
    public void clear() {
        command.commandLine().getOut().print("\u001b[2J\u001b[H");
    }

    public void line(String text) {
        command.commandLine().getOut().println(Printable.lines(text));
        command.commandLine().getOut().flush();
    }
}
