package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.usage.UsageText;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice account}: the profiles of single accounts, and changes of them. */
@Command(
        name = "account",
        description = "Show and change the profile of an account; show its usage and decisions.",
        subcommands = {AccountDecisionsCommand.class, ExportCommand.class, ImportCommand.class},
        footer = {"  sluice account show acme", "  sluice account set-tier --reason \"upgraded\" acme pro"})
public final class AccountCommands {
    @Mixin
    private ResultOptions result = new ResultOptions();

    ResultOptions result() {
        return result;
    }

    @Command(name = "show", description = "Show the profile.", footer = "  sluice account show acme")
    int show(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "ACCOUNT", description = "The first segment of a client ID.") String account)
            throws CommandFailure {
        return print(admin.client().get(ChangeOptions.pathOf(account) + "/profile"));
    }

    @Command(
            name = "find",
            description = "List accounts of today and yesterday by the beginning of their names.",
            footer = "  sluice account find ac --limit 5")
    int find(
            @Mixin AdminOptions admin,
            @Option(
                            names = "--limit",
                            paramLabel = "COUNT",
                            defaultValue = "20",
                            description = "Most accounts to list (default: 20).")
                    int limit,
            @Parameters(paramLabel = "START", defaultValue = "", description = "Beginning of the names (default: any).")
                    String beginning)
            throws CommandFailure {
        String prefix = URLEncoder.encode(beginning, StandardCharsets.UTF_8);
        Answer answer = admin.client().get("/v1/accounts?prefix=" + prefix + "&limit=" + limit);
        result.print(answer.text(), UsageText.accounts(answer));
        return 0;
    }

    @Command(
            name = "history",
            description = "List changes of the account, newest first.",
            footer = "  sluice account history acme --limit 5")
    int history(
            @Mixin AdminOptions admin,
            @Option(
                            names = "--limit",
                            paramLabel = "COUNT",
                            defaultValue = "20",
                            description = "Most changes to list (default: 20).")
                    int limit,
            @Parameters(paramLabel = "ACCOUNT", description = "The first segment of a client ID.") String account)
            throws CommandFailure {
        Answer answer = admin.client().get(ChangeOptions.pathOf(account) + "/audit?limit=" + limit);
        result.print(answer.text(), AccountText.history(answer));
        return 0;
    }

    @Command(
            name = "usage",
            description = "Show what the account used, and what it was refused, window by window.",
            footer = "  sluice account usage acme --step day")
    int usage(@Mixin AdminOptions admin, @Mixin UsageSpanOptions span) throws CommandFailure {
        Answer answer = admin.client().get(span.path());
        result.print(answer.text(), UsageText.usage(answer));
        return 0;
    }

    @Command(
            name = "set-tier",
            description = "Give the account a tier, whatever the ruleset says.",
            footer = "  sluice account set-tier --reason \"upgraded\" acme pro")
    int setTier(
            @Mixin ChangeOptions change,
            @Parameters(index = "1", paramLabel = "TIER", description = "A tier of the ruleset.") String tier)
            throws CommandFailure {
        return print(change.change("set-tier", Map.of("tier", tier)));
    }

    @Command(
            name = "clear-tier",
            description = "Give the account the tier of the ruleset again.",
            footer = "  sluice account clear-tier --reason \"back to free\" acme")
    int clearTier(@Mixin ChangeOptions change) throws CommandFailure {
        return print(change.change("clear-tier", Map.of()));
    }

    @Command(
            name = "override",
            description = "Give the account other numbers for a limit.",
            footer = "  sluice account override --reason \"contract\" acme per-client '{\"rate\": {\"tokens\": 5, "
                    + "\"per\": \"1s\"}}'")
    int override(
            @Mixin ChangeOptions change,
            @Parameters(index = "1", paramLabel = "LIMIT", description = "The limit's id.") String limit,
            @Parameters(
                            index = "2",
                            paramLabel = "FIELDS",
                            description = "The algorithm and its numbers, as JSON: "
                                    + "{\"rate\": {\"tokens\": 5, \"per\": \"1s\"}}")
                    String fields)
            throws CommandFailure {
        return print(change.change("override", Map.of("limit", limit, "override", tree(fields))));
    }

    private static Object tree(String fields) throws CommandFailure {
        try {
            Object tree = DocumentTree.ofJson(fields);
            if (tree instanceof Map<?, ?>) {
                return tree;
            }
            throw new CommandFailure("override " + fields + " (expected: a JSON object)");
        } catch (WireException e) {
            throw new CommandFailure("override " + fields + ": " + e.getMessage(), e);
        }
    }

    @Command(
            name = "remove-override",
            description = "Give the account the limit's numbers in the ruleset again.",
            footer = "  sluice account remove-override --reason \"contract ended\" acme per-client")
    int removeOverride(
            @Mixin ChangeOptions change,
            @Parameters(index = "1", paramLabel = "LIMIT", description = "The limit's id.") String limit)
            throws CommandFailure {
        return print(change.change("remove-override", Map.of("limit", limit)));
    }

    @Command(
            name = "allow",
            description = "Let the account through, whatever its limits say.",
            footer = "  sluice account allow --reason \"load test\" --until 2026-12-01T00:00:00Z acme")
    int allow(@Mixin ChangeOptions change, @Mixin ListingOptions listing) throws CommandFailure {
        return print(change.change("allow", listing.members()));
    }

    @Command(
            name = "deny",
            description = "Keep the account out, whatever its limits say.",
            footer = "  sluice account deny --reason \"abuse\" --message \"call us\" acme")
    int deny(@Mixin ChangeOptions change, @Mixin ListingOptions listing) throws CommandFailure {
        return print(change.change("deny", listing.members()));
    }

    @Command(
            name = "unlist",
            description = "End an allow or deny: limits decide about the account again.",
            footer = "  sluice account unlist --reason \"cleared up\" acme")
    int unlist(@Mixin ChangeOptions change) throws CommandFailure {
        return print(change.change("unlist", Map.of()));
    }

    /** How long a listing lasts, and the message to callers. */
    static final class ListingOptions {
        @Option(names = "--until", paramLabel = "INSTANT", description = "When it ends, such as 2026-12-01T00:00:00Z.")
        private @Nullable String until;

        @Option(names = "--message", paramLabel = "TEXT", description = "Text for callers.")
        private @Nullable String message;

        Map<String, Object> members() throws CommandFailure {
            Map<String, Object> members = new LinkedHashMap<>();
            if (until != null) {
                try {
                    members.put("untilMillis", Instant.parse(until).toEpochMilli());
                } catch (DateTimeException e) {
                    throw new CommandFailure("--until " + until + " (expected: such as 2026-12-01T00:00:00Z)", e);
                }
            }
            if (message != null) {
                members.put("message", message);
            }
            return members;
        }
    }

    @Command(
            name = "reset",
            description = "Fill buckets of the account: all, those of a limit, or one.",
            footer = "  sluice account reset --reason \"our outage\" --limit per-client --scope acme/alice acme")
    int reset(
            @Mixin ChangeOptions change,
            @Option(
                            names = "--limit",
                            paramLabel = "LIMIT",
                            description = "Only the buckets of this limit (default: of every limit).")
                    @Nullable String limit,
            @Option(
                            names = "--scope",
                            paramLabel = "VALUE",
                            description = "Only the bucket of this client or attribute value; "
                                    + "once for each part of the limit's scope.")
                    @Nullable List<String> scope)
            throws CommandFailure {
        Map<String, Object> members = new LinkedHashMap<>();
        if (limit != null) {
            members.put("limit", limit);
        }
        if (scope != null) {
            members.put("scope", scope);
        }
        return print(change.change("reset", members));
    }

    @Command(
            name = "pardon",
            description = "End penalties, and forget the denials that count towards the next.",
            footer = "  sluice account pardon --reason \"their tests ran wild\" --client acme/ci acme")
    int pardon(
            @Mixin ChangeOptions change,
            @Option(
                            names = "--client",
                            paramLabel = "CLIENT",
                            description =
                                    "Only penalties of this client (default: of the account and all of its clients).")
                    @Nullable String client)
            throws CommandFailure {
        return print(change.change("pardon", client == null ? Map.of() : Map.of("client", client)));
    }

    @Command(
            name = "grant",
            description = "Give tokens in use back to one bucket.",
            footer = "  sluice account grant --reason \"our mistake\" --scope acme/alice acme per-client 20")
    int grant(
            @Mixin ChangeOptions change,
            @Option(
                            names = "--scope",
                            paramLabel = "VALUE",
                            description =
                                    "The bucket's client or attribute value; once for each part of the limit's scope.")
                    @Nullable List<String> scope,
            @Parameters(index = "1", paramLabel = "LIMIT", description = "The limit's id.") String limit,
            @Parameters(index = "2", paramLabel = "TOKENS", description = "How many.") long tokens)
            throws CommandFailure {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("limit", limit);
        members.put("scope", scope == null ? List.of() : scope);
        members.put("tokens", tokens);
        return print(change.change("grant", members));
    }

    @Command(
            name = "add-credit",
            description = "Give one bucket tokens on top of its limit, for a time.",
            footer = {
                "  sluice account add-credit --reason \"order 4711\" --until 2027-02-01T00:00:00Z acme monthly "
                        + "order-4711 100000",
                "  sluice account add-credit --reason \"trial\" --for 14d --first acme monthly trial 1000"
            })
    int addCredit(
            @Mixin ChangeOptions change,
            @Mixin CreditOptions credit,
            @Parameters(index = "1", paramLabel = "LIMIT", description = "The limit's id.") String limit,
            @Parameters(
                            index = "2",
                            paramLabel = "CREDIT",
                            description = "A name for the credit; an account cannot have two open credits of one name.")
                    String id,
            @Parameters(index = "3", paramLabel = "TOKENS", description = "How many.") long tokens)
            throws CommandFailure {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("credit", id);
        members.put("limit", limit);
        members.put("tokens", tokens);
        members.putAll(credit.members(Instant.now()));
        return print(change.change("add-credit", members));
    }

    @Command(
            name = "remove-credit",
            description = "Remove a credit, with what is left of it.",
            footer = "  sluice account remove-credit --reason \"order cancelled\" acme order-4711")
    int removeCredit(
            @Mixin ChangeOptions change,
            @Parameters(index = "1", paramLabel = "CREDIT", description = "Its name.") String id)
            throws CommandFailure {
        return print(change.change("remove-credit", Map.of("credit", id)));
    }

    private int print(Answer profile) {
        result.print(profile.text(), AccountText.profile(profile));
        return 0;
    }
}
