package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice account import}: sets profiles from a file. */
@Command(
        name = "import",
        description = {
            "Set profiles from a file with one JSON object a line, as export prints them.",
            "A profile that is equal already is not changed, so you can repeat a run that was interrupted."
        },
        footer = {
            "  sluice account import --dry-run --reason \"move\" profiles.jsonl",
            "  sluice account import --reason \"move\" profiles.jsonl"
        })
final class ImportCommand implements Callable<Integer> {
    private static final int LINE_CHARS_MAX = 1_000_000;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit trail.")
    private String reason = "";

    @Option(names = "--dry-run", description = "Print the changes, and make none.")
    private boolean dryRun;

    @Option(
            names = "--from-line",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Begin with this line (default: 1).")
    private long fromLine;

    @Parameters(paramLabel = "FILE", description = "The lines; - for standard input.")
    private String file = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private long changedProfiles;
    private long changes;
    private long alike;

    @Override
    public Integer call() throws CommandFailure {
        AdminClient client = admin.client();
        try (BufferedReader lines = new BufferedReader(open())) {
            long number = 0;
            for (String line = next(lines); line != null; line = next(lines)) {
                number++;
                if (number >= fromLine && !line.isBlank()) {
                    take(number, line, client);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + CommandFailure.lineOf(e), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println((dryRun ? "would change " : "changed ") + Counted.of(changedProfiles, "profile") + " in "
                + Counted.of(changes, "step") + "; " + alike + (alike == 1 ? " was" : " were") + " so already");
        out.flush();
        return 0;
    }

    private Reader open() throws IOException {
        return file.equals("-")
                ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
                : Files.newBufferedReader(Path.of(file));
    }

    /** The next line, of a bounded length; null at the end. */
    private static @Nullable String next(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        int read = lines.read();
        if (read < 0) {
            return null;
        }
        while (read >= 0 && read != '\n') {
            if (line.length() == LINE_CHARS_MAX) {
                throw new IOException(
                        "a line of more than " + LINE_CHARS_MAX + " characters (expected: one profile a line)");
            }
            line.append((char) read);
            read = lines.read();
        }
        return line.toString();
    }

    private void take(long number, String line, AdminClient client) throws CommandFailure {
        try {
            if (!(DocumentTree.ofJson(line) instanceof Map<?, ?> wanted)) {
                throw new WireException("", "not an object (expected: a profile)");
            }
            String account = ProfileDifference.account(wanted);
            String path = ChangeOptions.pathOf(account) + "/profile";
            Answer current = client.get(path);
            List<ProfileDifference.Step> steps =
                    ProfileDifference.between(current.body(), wanted, current.number("decidedAtMillis"));
            if (steps.isEmpty()) {
                alike++;
                return;
            }
            long version = current.number("version");
            for (ProfileDifference.Step step : steps) {
                version = dryRun ? print(account, step, version) : change(client, path, step, version);
                changes++;
            }
            changedProfiles++;
        } catch (WireException e) {
            throw stopped(number, String.valueOf(e.getMessage()), e);
        } catch (CommandFailure e) {
            throw stopped(number, String.valueOf(e.getMessage()), e);
        }
    }

    private CommandFailure stopped(long number, String why, Exception cause) {
        return new CommandFailure(
                file + ", line " + number + ": " + why + " (" + Counted.of(changedProfiles, "profile")
                        + (changedProfiles == 1 ? " was " : " were ") + (dryRun ? "looked at" : "changed")
                        + " before; run it again, or with --from-line)",
                cause);
    }

    private long print(String account, ProfileDifference.Step step, long version) {
        spec.commandLine().getOut().println(account + ": " + step.action() + " " + DocumentTree.toJson(step.members()));
        return version;
    }

    private long change(AdminClient client, String path, ProfileDifference.Step step, long version)
            throws CommandFailure {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        body.put("action", step.action());
        body.putAll(step.members());
        return client.post(path + "/changes", body, version).number("version");
    }
}
