package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice access}: access entries, which allow or deny for a time, outside of the ruleset. */
@Command(
        name = "access",
        description = "Allow or deny clients, accounts and attributes for a time, without a new ruleset.",
        footer = {
            "  sluice access deny --client acme/batch --for 1h --reason \"runaway job\"",
            "  sluice access list",
            "  sluice access remove --reason \"job fixed\" 7"
        })
public final class AccessCommands {
    @Mixin
    private ResultOptions result = new ResultOptions();

    @Command(name = "list", description = "List the entries in force.", footer = "  sluice access list")
    int list(@Mixin AdminOptions admin) throws CommandFailure {
        Answer answer = admin.client().get("/v1/access");
        result.print(answer.text(), AccessText.list(answer));
        return 0;
    }

    @Command(
            name = "deny",
            description = "Deny requests, whatever the limits say.",
            footer = "  sluice access deny --attribute 'agent=scrapy*' --for 1d --reason \"scraper\"")
    int deny(@Mixin SubjectOptions subject) throws CommandFailure {
        return printAdded(subject.add("deny"));
    }

    @Command(
            name = "allow",
            description = "Let requests through, whatever the limits say.",
            footer = "  sluice access allow --account acme --for 2h --reason \"load test\"")
    int allow(@Mixin SubjectOptions subject) throws CommandFailure {
        return printAdded(subject.add("allow"));
    }

    private int printAdded(Answer answer) {
        result.print(answer.text(), List.of(AccessText.added(answer)));
        return 0;
    }

    @Command(
            name = "remove",
            description = "End an entry before its time.",
            footer = "  sluice access remove --reason \"job fixed\" 7")
    int remove(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "ID", description = "The entry, as the list shows it.") long id)
            throws CommandFailure {
        Answer answer = admin.client().post("/v1/access/" + id + "/remove", Map.of("reason", reason), null);
        result.print(answer.text(), List.of("access entry " + id + " removed"));
        return 0;
    }
}
