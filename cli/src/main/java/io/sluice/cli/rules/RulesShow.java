package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.DocumentYaml;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.schemas.codec.DocumentTree;
import java.io.PrintWriter;
import java.util.ArrayList;
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
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sluice rules show}: the document of a revision, as a file that can be applied again. */
@Command(
        name = "show",
        description = "Print the ruleset in force, or an earlier revision, as a file that can be applied again.",
        footer = {
            "  sluice rules show > rules.yaml",
            "  sluice rules show 6",
            "  sluice rules show --limit orders-per-client"
        })
final class RulesShow implements Callable<Integer> {
    /** Limits that an error names. */
    private static final int LIMITS_NAMED_MAX = 20;

    @ParentCommand
    private @Nullable RulesCommands rules;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Parameters(
            paramLabel = "REVISION",
            arity = "0..1",
            description = "One of the last 64 revisions (default: the one in force).")
    private @Nullable Long revision;

    @Option(names = "--limit", paramLabel = "ID", description = "Only this limit, and the accounts that override it.")
    private @Nullable String limit;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client().get(revision == null ? RulesCommands.ACTIVE : "/v1/rulesets/" + revision);
        PrintWriter out = spec.commandLine().getOut();
        if (limit != null) {
            Map<String, Object> shown = of(limit, answer.body().get("document"));
            if (rules != null && rules.result().asJson()) {
                out.println(DocumentTree.toJson(shown));
            } else {
                out.print(DocumentYaml.of(shown));
            }
            out.flush();
            return 0;
        }
        if (rules != null && rules.result().asJson()) {
            out.println(answer.text());
        } else {
            RulesText.heading(answer).forEach(line -> out.println("# " + line));
            out.print(DocumentYaml.of(answer.body().get("document")));
        }
        out.flush();
        return 0;
    }

    /** What a document says of one limit. */
    static Map<String, Object> of(String limitId, @Nullable Object document) throws CommandFailure {
        Map<?, ?> members = document instanceof Map<?, ?> map ? map : Map.of();
        List<?> limits = members.get("limits") instanceof List<?> list ? list : List.of();
        Map<String, Object> shown = new LinkedHashMap<>();
        List<String> ids = new ArrayList<>();
        for (Object item : limits) {
            if (item instanceof Map<?, ?> each) {
                ids.add(String.valueOf(each.get("id")));
                if (limitId.equals(each.get("id"))) {
                    shown.put("limits", List.of(each));
                }
            }
        }
        if (shown.isEmpty()) {
            throw new CommandFailure("limit " + limitId + " (expected: one of "
                    + String.join(", ", ids.subList(0, Math.min(ids.size(), LIMITS_NAMED_MAX))) + ")");
        }
        Map<String, Object> accounts = new LinkedHashMap<>();
        if (members.get("accounts") instanceof Map<?, ?> all) {
            all.forEach((account, entry) -> {
                if (entry instanceof Map<?, ?> own
                        && own.get("limits") instanceof Map<?, ?> overrides
                        && overrides.containsKey(limitId)) {
                    accounts.put(String.valueOf(account), Map.of("limits", Map.of(limitId, overrides.get(limitId))));
                }
            });
        }
        if (!accounts.isEmpty()) {
            shown.put("accounts", accounts);
        }
        return shown;
    }
}
