package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.Printable;
import io.sluice.cli.rules.imports.Bucket4jImport;
import io.sluice.cli.rules.imports.EnvoyRatelimitImport;
import io.sluice.cli.rules.imports.ImportSource;
import io.sluice.cli.rules.imports.ImportVerification;
import io.sluice.cli.rules.imports.ImportedRuleset;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sluice rules import}: a ruleset from the configuration of another rate limiter. */
@Command(
        name = "import",
        description = {
            "Convert the configuration of another rate limiter into a ruleset.",
            "A report names each line that could not be carried over, why, and what to do instead. It goes to standard"
                    + " error, or to standard output with --to."
        },
        exitCodeList = {
            "0:done; everything is carried over",
            "1:failed, with one line on standard error",
            "2:called wrongly",
            "3:done, but something was not carried over, or works differently now; the report names it",
            "4:done, but --verify found answers that differ for a reason it does not know"
        },
        footer = {
            "  sluice rules import --from envoy-ratelimit config.yaml > rules.yaml",
            "  sluice rules import --from envoy-ratelimit --to rules.yaml --verify edge.yaml internal.yaml",
            "  sluice rules import --from bucket4j --to rules.yaml application.yml"
        })
final class RulesImport implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");
    private static final int CHANGED = 3;
    private static final int DIFFERENT = 4;

    @ParentCommand
    private @Nullable RulesCommands rules;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        int requests = options.requests();
        ImportSource source = switch (options.from()) {
            case ENVOY_RATELIMIT -> new EnvoyRatelimitImport(options.mergesDomains());
            case BUCKET4J -> new Bucket4jImport();
        };
        for (Path file : options.files()) {
            source.read(file.equals(STANDARD_INPUT) ? "standard input" : file.toString(), text(file));
        }
        ImportedRuleset ruleset = source.ruleset();
        ImportVerification verification = options.verifies() ? ruleset.verify(seed(), requests) : null;
        if (options.to() != null) {
            write(options.to(), ruleset.yaml());
        }
        print(ruleset, verification);
        if (verification != null && !verification.isExplained()) {
            return DIFFERENT;
        }
        return ruleset.isWhole() ? 0 : CHANGED;
    }

    private long seed() {
        Long given = options.seed();
        return given == null ? new SplittableRandom().nextLong(1, 1_000_000_000) : given;
    }

    private void print(ImportedRuleset ruleset, @Nullable ImportVerification verification) {
        PrintWriter out = spec.commandLine().getOut();
        if (rules != null && rules.result().asJson()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("document", ruleset.document());
            result.put("limits", (long) ruleset.limits());
            result.put("findings", ruleset.findings());
            if (verification != null) {
                result.put("verification", verification.tree());
            }
            out.println(DocumentTree.toJson(result));
            out.flush();
            return;
        }
        PrintWriter report = options.to() == null ? spec.commandLine().getErr() : out;
        if (options.to() == null) {
            out.print(ruleset.yaml());
            out.flush();
        }
        ruleset.lines().forEach(line -> report.println(Printable.line(line)));
        report.println(
                Counted.of(ruleset.limits(), "limit") + (ruleset.isWhole() ? "" : ", not everything is carried over"));
        if (verification != null) {
            verification.lines().forEach(line -> report.println(Printable.line(line)));
        }
        report.flush();
    }

    private static String text(Path file) throws CommandFailure {
        try {
            return Utf8.text("", file.equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(file));
        } catch (WireException e) {
            throw new CommandFailure(file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(file + " does not exist", e);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) throws CommandFailure {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
