package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.admin.ListPath;
import io.sluice.engine.controlplane.BucketEffects;
import io.sluice.engine.controlplane.RulesetDiff;
import io.sluice.engine.controlplane.RulesetReview;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice rules}: checks, proposes, approves, activates and rolls back rulesets. */
@Command(
        name = "rules",
        description = "Check, compare, propose, activate and roll back rulesets.",
        subcommands = {RulesApply.class, RulesShow.class, RulesImport.class},
        footer = {
            "  sluice rules validate rules.yaml",
            "  sluice rules apply --reason \"more for exports\" rules.yaml",
            "  sluice rules show > rules.yaml"
        })
public final class RulesCommands {
    static final String ACTIVE = "/v1/rulesets/active";
    static final String PROPOSALS = "/v1/rulesets/proposals";

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Command(
            name = "validate",
            description = "Check a ruleset file; if it is invalid, list every problem and end with exit code 1.",
            footer = {"  sluice rules validate rules.yaml", "  sluice rules validate - < rules.yaml"})
    int validate(@Parameters(paramLabel = "FILE", description = "YAML or JSON; - for standard input.") Path file)
            throws CommandFailure {
        try {
            RulesFile rules = RulesFile.read(file);
            List<RulesetProblem> warnings =
                    RulesetReview.of(rules.tree(), Clock.systemUTC().millis());
            Map<String, Object> checked = new LinkedHashMap<>();
            checked.put("valid", true);
            checked.put("limits", (long) rules.limits());
            checked.put("warnings", RulesText.problems(warnings));
            result.print(
                    DocumentTree.toJson(checked),
                    List.of(RulesFile.nameOf(file) + ": valid, " + Counted.of(rules.limits(), "limit")));
            if (!result.asJson()) {
                warnings.forEach(warning -> result.line("warning: " + warning));
            }
            return 0;
        } catch (CommandFailure e) {
            if (result.asJson() && e.getCause() instanceof InvalidRulesetException invalid) {
                result.line(
                        DocumentTree.toJson(Map.of("valid", false, "errors", RulesText.problems(invalid.problems()))));
            }
            throw e;
        } catch (InvalidRulesetException e) {
            throw new IllegalStateException("a file that compiled no longer does", e);
        }
    }

    @Command(
            name = "diff",
            description = "Compare a ruleset file, or a proposal, with the ruleset in force.",
            footer = {"  sluice rules diff rules.yaml --exit-code", "  sluice rules diff --proposal 4"})
    int diff(
            @Mixin AdminOptions admin,
            @Option(names = "--proposal", paramLabel = "PROPOSAL", description = "A proposal instead of a file.")
                    @Nullable Long proposal,
            @Option(names = "--exit-code", description = "Exit with 1 if there are differences.") boolean exitCode,
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "YAML or JSON; - for standard input.")
                    @Nullable Path file)
            throws CommandFailure {
        if ((proposal == null) == (file == null)) {
            throw new CommandFailure("nothing to compare (expected: FILE or --proposal ID)");
        }
        AdminClient client = admin.client();
        List<?> changes;
        if (proposal != null) {
            Answer answer = client.get(PROPOSALS + "/" + proposal + "/diff");
            changes = answer.list("changes");
            result.print(answer.text(), diffLines(changes, answer.list("buckets")));
        } else {
            Object tree = RulesFile.read(file).tree();
            Answer active = client.find(ACTIVE);
            Object before = active == null ? null : active.body().get("document");
            changes = RulesText.changes(RulesetDiff.between(before, tree));
            Map<String, Object> compared = new LinkedHashMap<>();
            compared.put("activeRevision", active == null ? 0L : active.number("revision"));
            compared.put("changes", changes);
            List<?> buckets = RulesText.buckets(BucketEffects.between(before, tree));
            compared.put("buckets", buckets);
            result.print(DocumentTree.toJson(compared), diffLines(changes, buckets));
        }
        return exitCode && !changes.isEmpty() ? 1 : 0;
    }

    private static List<String> diffLines(List<?> changes, List<?> buckets) {
        List<String> lines = new ArrayList<>(RulesText.diff(changes));
        lines.addAll(RulesText.bucketLines(buckets));
        return lines;
    }

    @Command(
            name = "propose",
            description = "Propose a ruleset file, for approval and activation.",
            footer = {"  sluice rules propose --reason \"more for exports\" rules.yaml"})
    int propose(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why the rules change.")
                    String reason,
            @Option(
                            names = "--base-revision",
                            paramLabel = "REVISION",
                            description = "The revision that the file changes (default: the one in force).")
                    @Nullable Long baseRevision,
            @Parameters(paramLabel = "FILE", description = "YAML or JSON; - for standard input.") Path file)
            throws CommandFailure {
        Answer answer = admin.client().post(PROPOSALS, proposal(RulesFile.read(file), reason, baseRevision), null);
        result.print(answer.text(), RulesText.proposal(answer));
        return 0;
    }

    static Map<String, @Nullable Object> proposal(RulesFile rules, String reason, @Nullable Long base) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        body.put("baseRevision", base);
        body.put("document", rules.tree());
        return body;
    }

    @Command(
            name = "proposals",
            description = "List proposals, newest first.",
            footer = {"  sluice rules proposals --limit 5"})
    int proposals(
            @Mixin AdminOptions admin,
            @Option(
                            names = "--limit",
                            paramLabel = "COUNT",
                            defaultValue = "20",
                            description = "Most proposals to list, 1 to 500 (default: 20).")
                    int limit,
            @Option(
                            names = "--before",
                            paramLabel = "PROPOSAL",
                            description = "Only proposals before this one, which the last page printed.")
                    @Nullable Long before)
            throws CommandFailure {
        Answer answer = admin.client()
                .get(new ListPath(PROPOSALS)
                        .with("limit", limit)
                        .with("before", before)
                        .text());
        result.print(answer.text(), RulesText.proposals(answer));
        return 0;
    }

    @Command(
            name = "approve",
            description = "Approve a proposal.",
            footer = {"  sluice rules approve --reason \"looks right\" 4"})
    int approve(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        return decide(admin, proposal, "approve", reason);
    }

    @Command(
            name = "reject",
            description = "Reject a proposal.",
            footer = {"  sluice rules reject --reason \"too much\" 4"})
    int reject(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        return decide(admin, proposal, "reject", reason);
    }

    private int decide(AdminOptions admin, long proposal, String decision, String reason) throws CommandFailure {
        Answer answer =
                admin.client().post(PROPOSALS + "/" + proposal + "/" + decision, Map.of("reason", reason), null);
        result.print(answer.text(), RulesText.proposal(answer));
        return 0;
    }

    @Command(
            name = "activate",
            description = "Put a proposal in force; refused if another revision came in between.",
            footer = {"  sluice rules activate --reason \"go\" 4"})
    int activate(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Option(
                            names = "--expect-revision",
                            paramLabel = "REVISION",
                            description = "The revision in force (default: the proposal's base).")
                    @Nullable Long expected,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        AdminClient client = admin.client();
        String path = PROPOSALS + "/" + proposal;
        long base = expected == null ? client.get(path).number("baseRevision") : expected;
        Answer answer = client.post(path + "/activate", Map.of("reason", reason), base);
        result.print(answer.text(), RulesText.revision(answer));
        return 0;
    }

    @Command(
            name = "rollback",
            description = "Put the document of an earlier revision in force again.",
            footer = {"  sluice rules rollback --reason \"too few\" 6"})
    int rollBack(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Option(
                            names = "--expect-revision",
                            paramLabel = "REVISION",
                            description = "The revision that must be in force (default: any).")
                    @Nullable Long expected,
            @Parameters(paramLabel = "REVISION", description = "The earlier revision.") long revision)
            throws CommandFailure {
        AdminClient client = admin.client();
        long active = expected == null ? client.get(ACTIVE).number("revision") : expected;
        Object before = documentOf(client, active);
        Object after = documentOf(client, revision);
        Answer answer = client.post("/v1/rulesets/rollback", Map.of("reason", reason, "toRevision", revision), active);
        List<String> lines = new ArrayList<>(RulesText.revision(answer));
        lines.addAll(RulesText.bucketLines(RulesText.buckets(BucketEffects.between(before, after))));
        result.print(answer.text(), lines);
        return 0;
    }

    /** Null for a revision that the front end does not know (any more). */
    private static @Nullable Object documentOf(AdminClient client, long revision) throws CommandFailure {
        Answer answer = client.find("/v1/rulesets/" + revision);
        return answer == null ? null : answer.body().get("document");
    }

    @Command(
            name = "history",
            description = "List revisions, newest first; * marks the one in force.",
            footer = {"  sluice rules history --limit 5"})
    int history(
            @Mixin AdminOptions admin,
            @Option(
                            names = "--limit",
                            paramLabel = "COUNT",
                            defaultValue = "20",
                            description = "Most revisions to list (default: 20).")
                    int limit)
            throws CommandFailure {
        Answer answer = admin.client().get("/v1/rulesets?limit=" + limit);
        result.print(answer.text(), RulesText.history(answer));
        return 0;
    }

    ResultOptions result() {
        return result;
    }
}
