package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command, of every level, explains itself. */
final class CommandHelpTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z][A-Z_]*([=:][A-Z]+)?|[a-z]+(\\|[a-z]+)+");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private static List<CommandLine> all() {
        List<CommandLine> commands = new ArrayList<>();
        addAll(Sluice.commandLine(), commands);
        return commands;
    }

    private static void addAll(CommandLine command, List<CommandLine> commands) {
        commands.add(command);
        command.getSubcommands().values().forEach(sub -> addAll(sub, commands));
    }

    private static String help(CommandLine command) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of(command.getCommandSpec().qualifiedName(" ").split(" ")));
        arguments.remove(0);
        arguments.add("--help");
        CommandLine root = Sluice.commandLine().setOut(new PrintWriter(out));
        assertThat(root.execute(arguments.toArray(String[]::new)))
                .as(arguments.toString())
                .isZero();
        return out.toString();
    }

    @Test
    void shouldPrintUsageExamplesAndExitCodes_whenAskedForHelp() {
        // Given
        List<CommandLine> commands = all();

        // When / Then
        assertThat(commands).hasSizeGreaterThan(30);
        for (CommandLine command : commands) {
            String name = command.getCommandSpec().qualifiedName(" ");
            assertThat(help(command))
                    .startsWith("Usage: " + name)
                    .contains("Examples:")
                    .contains("\n  " + (name.equals("sluice completion") ? "source <(" + name : name))
                    .contains("Exit codes:")
                    .contains("called wrongly");
        }
    }

    @Test
    void shouldNamePlaceholdersAsWords_everywhere() {
        // Given
        for (CommandLine command : all()) {
            CommandSpec spec = command.getCommandSpec();
            for (ArgSpec argument : spec.args()) {
                // When
                boolean isFlag =
                        argument instanceof OptionSpec && argument.arity().max() == 0;

                // Then
                if (!isFlag) {
                    assertThat(argument.paramLabel())
                            .as(spec.qualifiedName(" ") + " " + argument)
                            .matches(PLACEHOLDER);
                }
            }
        }
    }

    @Test
    void shouldUnderstandItsExamples_everywhere() {
        // Given
        int examples = 0;
        for (CommandLine command : all()) {
            for (String footer : command.getCommandSpec().usageMessage().footer()) {
                // When
                List<String> words = words(footer);

                // Then
                Sluice.commandLine().parseArgs(words.toArray(String[]::new));
                examples++;
            }
        }
        assertThat(examples).isGreaterThan(40);
    }

    /** The arguments of {@code sluice} in a line of a shell. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word =
                WORD.matcher(line.replaceFirst("source <\\((.*)\\)", "$1").replaceFirst(" [<>] \\S+$", ""));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        assertThat(words.get(0)).as(line).isEqualTo("sluice");
        return words.subList(1, words.size());
    }

    @Test
    void shouldCompleteCommandsAndOptions_inAShell() {
        // Given
        StringWriter out = new StringWriter();

        // When
        int exitCode = Sluice.commandLine().setOut(new PrintWriter(out)).execute("completion", "bash");

        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .contains("complete -F _complete_sluice", "bashcompinit")
                .contains("--idempotency-key", "--expect-revision");
    }
}
