package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.YamlDocument;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A valid ruleset file, YAML or JSON.
 *
 * @param tree the document as a tree of JDK types
 * @param documentJson the same as compact JSON text
 * @param limits how many limits it has
 */
public record RulesFile(@Nullable Object tree, String documentJson, int limits) {
    private static final Path STANDARD_INPUT = Path.of("-");

    /** Reads and checks a file; {@code -} is standard input. */
    public static RulesFile read(Path file) throws CommandFailure {
        try {
            return file.equals(STANDARD_INPUT)
                    ? parse("rules on standard input", Utf8.text("", System.in.readAllBytes()))
                    : parse("rules file " + file, Utf8.text("", Files.readAllBytes(file)));
        } catch (WireException e) {
            throw new CommandFailure("rules file " + file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("rules file " + file + " does not exist", e);
        } catch (IOException e) {
            throw new CommandFailure("rules file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What a file is called in messages. */
    static String nameOf(Path file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file.toString();
    }

    /** Reads and checks a document; {@code name} begins the line that says what is wrong. */
    public static RulesFile parse(String name, String text) throws CommandFailure {
        Object tree = YamlDocument.read(name, text);
        try {
            Ruleset ruleset = RulesetCompiler.compile(1, tree);
            String documentJson = DocumentTree.toJson(tree);
            if (documentJson.length() > RulesetActivation.DOCUMENT_CHARS_MAX) {
                throw new CommandFailure(name + ": " + documentJson.length() + " characters as JSON (expected: at most "
                        + RulesetActivation.DOCUMENT_CHARS_MAX + ")");
            }
            return new RulesFile(tree, documentJson, ruleset.limits().size());
        } catch (InvalidRulesetException e) {
            throw new CommandFailure(problems(name, e.problems()), e);
        }
    }

    /** One problem in the line that names the file; several in a line each. */
    private static String problems(String name, List<RulesetProblem> problems) {
        return problems.size() == 1
                ? name + ": " + problems.get(0)
                : name + ": " + problems.size() + " problems\n"
                        + problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n"));
    }
}
