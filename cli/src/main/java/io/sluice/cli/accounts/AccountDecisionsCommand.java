package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.schemas.codec.DocumentTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sluice account decisions}: recent decisions about an account, newest first. */
@Command(
        name = "decisions",
        description = "List recent decisions about the account, newest first.",
        footer = {
            "  sluice account decisions acme --verdict deny --since 1h",
            "  sluice account decisions acme --client acme/alice --limit 100 --output csv",
            "  sluice account decisions acme --own"
        })
final class AccountDecisionsCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    @ParentCommand
    private AccountCommands account = new AccountCommands();

    @Mixin
    private OwnPortOptions port = new OwnPortOptions();

    @Option(names = "--client", paramLabel = "CLIENT_ID", description = "Only records about this client.")
    private @Nullable String client;

    @Option(
            names = "--verdict",
            paramLabel = "allow|deny",
            description = "Only records that count such requests: allow or deny.")
    private @Nullable String verdict;

    @Option(
            names = "--decision",
            paramLabel = "ID",
            description = "Only the decision with this ID, and the end of its hold or lease.")
    private @Nullable String decision;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "The earliest time, such as 2026-11-29T00:00:00Z, or how long ago, such as 90m, 12h, 7d.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "The latest time, in the same form.")
    private @Nullable String until;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Most records to list (default: 20).")
    private int limit = 20;

    @Option(names = "--before", paramLabel = "POSITION", description = "Continue where an earlier answer ended.")
    private @Nullable String before;

    @Option(
            names = "--pages-max",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Most pages to ask for; each page has bounds of its own (default: 50).")
    private int pagesMax = 50;

    @Parameters(paramLabel = "ACCOUNT", description = "The first segment of a client ID.")
    private String name = "";

    @Override
    public Integer call() throws CommandFailure {
        AdminClient asked = port.client();
        List<Object> records = new ArrayList<>();
        long scanned = 0;
        String next = before;
        int pages = 0;
        do {
            Answer page = asked.get(path(next, limit - records.size()));
            records.addAll(page.list("records"));
            scanned += page.number("scannedOffsets");
            next = page.body().get("before") instanceof String position ? position : null;
            pages++;
        } while (next != null && records.size() < limit && pages < pagesMax);
        print(records, scanned, next);
        return 0;
    }

    private String path(@Nullable String position, int room) throws CommandFailure {
        Map<String, @Nullable String> parameters = new LinkedHashMap<>();
        parameters.put("client", client);
        parameters.put("verdict", verdict);
        parameters.put("decision", decision);
        parameters.put("since", millis("--since", since));
        parameters.put("until", millis("--until", until));
        parameters.put("limit", Integer.toString(Math.min(PAGE, room)));
        parameters.put("before", position);
        return parameters.entrySet().stream()
                .filter(parameter -> parameter.getValue() != null)
                .map(parameter -> parameter.getKey() + "="
                        + URLEncoder.encode(String.valueOf(parameter.getValue()), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", ChangeOptions.pathOf(name) + "/decisions?", ""));
    }

    private static @Nullable String millis(String option, @Nullable String text) throws CommandFailure {
        if (text == null) {
            return null;
        }
        try {
            Instant at = text.matches("[0-9]{1,9}[smhd]")
                    ? Instant.now()
                            .minus(Duration.parse(
                                    text.endsWith("d") ? "P" + text.toUpperCase(Locale.ROOT) : "PT" + text))
                    : Instant.parse(text);
            return Long.toString(at.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure(
                    option + " " + text + " (expected: such as 2026-11-29T00:00:00Z, or 90m, 12h, 7d ago)", e);
        }
    }

    private void print(List<Object> records, long scanned, @Nullable String next) {
        ResultOptions result = account.result();
        if (result.asCsv()) {
            DecisionTable.csv(records).forEach(result::line);
        } else if (result.asJson()) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("account", name);
            all.put("scannedOffsets", scanned);
            all.put("records", records);
            if (next != null) {
                all.put("before", next);
            }
            result.line(DocumentTree.toJson(all));
        } else {
            DecisionTable.text(records).forEach(result::line);
            if (next != null) {
                result.line("older ones: --before " + next + " (" + scanned + " offsets looked at)");
            }
        }
    }
}
