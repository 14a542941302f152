package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.YamlDocument;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A ruleset file, YAML or JSON, that compiles.
 *
 * @param tree the document as a tree of JDK types
 * @param documentJson the same as compact JSON text
 * @param limits how many limits it has
 */
public record RulesFile(@Nullable Object tree, String documentJson, int limits) {
    public static RulesFile read(Path file) throws CommandFailure {
        try {
            return parse("rules file " + file, Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure("rules file " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new CommandFailure("rules file " + file + " is not valid UTF-8", e);
        } catch (IOException e) {
            throw new CommandFailure("rules file " + file + " cannot be read: " + e.getMessage(), e);
        }
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
