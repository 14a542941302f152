package io.sluice.cli.rules;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.engine.rulebook.RulesetDiff;
import io.sluice.engine.rulebook.RulesetReview;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code sluice rules}: rulesets from a file, through review, into force and back. */
@Command(
        name = "rules",
        description = "Check, compare, propose, activate and roll back rulesets.",
        mixinStandardHelpOptions = true)
public final class RulesCommand {
    private static final String ACTIVE = "/v1/rulesets/active";
    private static final String PROPOSALS = "/v1/rulesets/proposals";

    @Option(
            names = "--output",
            scope = ScopeType.INHERIT,
            defaultValue = "text",
            description = "Result as text or json (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "validate", description = "Check a ruleset file; exit code 1 with every problem if it is wrong.")
    int validate(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file) throws CommandFailure {
        try {
            RulesFile rules = RulesFile.read(file);
            List<RulesetProblem> warnings = RulesetReview.of(rules.tree());
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("valid", true);
            result.put("limits", (long) rules.limits());
            result.put("warnings", RulesText.problems(warnings));
            print(DocumentTree.toJson(result), List.of(file + ": valid, " + rules.limits() + " limits"));
            if (output == OutputFormat.TEXT) {
                warnings.forEach(warning -> line("warning: " + warning));
            }
            return 0;
        } catch (CommandFailure e) {
            if (output == OutputFormat.JSON && e.getCause() instanceof InvalidRulesetException invalid) {
                line(DocumentTree.toJson(Map.of("valid", false, "errors", RulesText.problems(invalid.problems()))));
            }
            throw e;
        } catch (InvalidRulesetException e) {
            throw new IllegalStateException("a file that compiled no longer does", e);
        }
    }

    @Command(name = "diff", description = "Compare a ruleset file, or a proposal, with what is in force.")
    int diff(
            @Mixin AdminOptions admin,
            @Option(names = "--proposal", description = "A proposal instead of a file.") @Nullable Long proposal,
            @Option(names = "--exit-code", description = "Exit with 1 if there are differences.") boolean exitCode,
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "YAML or JSON.") @Nullable Path file)
            throws CommandFailure {
        if ((proposal == null) == (file == null)) {
            throw new CommandFailure("diff of what? (expected: FILE or --proposal ID)");
        }
        AdminClient client = admin.client();
        List<?> changes;
        if (proposal != null) {
            Answer answer = client.get(PROPOSALS + "/" + proposal + "/diff");
            changes = answer.list("changes");
            print(answer.text(), RulesText.diff(changes));
        } else {
            Object tree = RulesFile.read(file).tree();
            Answer active = client.find(ACTIVE);
            Object before = active == null ? null : active.body().get("document");
            changes = RulesText.changes(RulesetDiff.between(before, tree));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("activeRevision", active == null ? 0L : active.number("revision"));
            result.put("changes", changes);
            print(DocumentTree.toJson(result), RulesText.diff(changes));
        }
        return exitCode && !changes.isEmpty() ? 1 : 0;
    }

    @Command(name = "propose", description = "Put a ruleset file up for approval and activation.")
    int propose(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", required = true, description = "Why the rules change.") String reason,
            @Option(names = "--base-revision", description = "The revision that it changes (default: in force).")
                    @Nullable Long baseRevision,
            @Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
            throws CommandFailure {
        Answer answer = admin.client().post(PROPOSALS, proposal(RulesFile.read(file), reason, baseRevision), null);
        print(answer.text(), RulesText.proposal(answer));
        return 0;
    }

    private static Map<String, @Nullable Object> proposal(RulesFile rules, String reason, @Nullable Long base) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        body.put("baseRevision", base);
        body.put("document", rules.tree());
        return body;
    }

    @Command(name = "approve", description = "Agree with a proposal.")
    int approve(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        return decide(admin, proposal, "approve", reason);
    }

    @Command(name = "reject", description = "End a proposal.")
    int reject(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        return decide(admin, proposal, "reject", reason);
    }

    private int decide(AdminOptions admin, long proposal, String decision, String reason) throws CommandFailure {
        Answer answer =
                admin.client().post(PROPOSALS + "/" + proposal + "/" + decision, Map.of("reason", reason), null);
        print(answer.text(), RulesText.proposal(answer));
        return 0;
    }

    @Command(name = "activate", description = "Put a proposal in force; refused if another revision came in between.")
    int activate(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", required = true, description = "Why.") String reason,
            @Option(names = "--expect-revision", description = "The revision in force (default: the proposal's base).")
                    @Nullable Long expected,
            @Parameters(paramLabel = "PROPOSAL", description = "Its number.") long proposal)
            throws CommandFailure {
        AdminClient client = admin.client();
        String path = PROPOSALS + "/" + proposal;
        long base = expected == null ? client.get(path).number("baseRevision") : expected;
        Answer answer = client.post(path + "/activate", Map.of("reason", reason), base);
        print(answer.text(), RulesText.revision(answer));
        return 0;
    }

    @Command(name = "rollback", description = "Put the document of an earlier revision in force again.")
    int rollBack(
            @Mixin AdminOptions admin,
            @Option(names = "--reason", required = true, description = "Why.") String reason,
            @Option(names = "--expect-revision", description = "The revision in force (default: whichever is).")
                    @Nullable Long expected,
            @Parameters(paramLabel = "REVISION", description = "Whose document comes back.") long revision)
            throws CommandFailure {
        AdminClient client = admin.client();
        long active = expected == null ? client.get(ACTIVE).number("revision") : expected;
        Answer answer = client.post("/v1/rulesets/rollback", Map.of("reason", reason, "toRevision", revision), active);
        print(answer.text(), RulesText.revision(answer));
        return 0;
    }

    @Command(name = "history", description = "List revisions, youngest first; * is in force.")
    int history(
            @Mixin AdminOptions admin,
            @Option(names = "--limit", defaultValue = "20", description = "At most so many (default: 20).") int limit)
            throws CommandFailure {
        Answer answer = admin.client().get("/v1/rulesets?limit=" + limit);
        print(answer.text(), RulesText.history(answer));
        return 0;
    }

    @Command(
            name = "apply",
            description = {
                "Put a ruleset file in force: propose and activate in one go, unless it is in force already.",
                "With --bootstrap-servers and the command key it asks the rules writer over Kafka, otherwise the admin"
                        + " port."
            })
    int apply(
            @Mixin AdminOptions admin,
            @Mixin KafkaOptions kafka,
            @Mixin PlaneKeyOptions keys,
            @Mixin LogOptions log,
            @Mixin ApplyOptions options)
            throws CommandFailure {
        log.apply();
        RulesFile rules = RulesFile.read(options.file());
        if (admin.isGiven() || !kafka.isGiven()) {
            return applyOverHttp(admin.client(), rules, options.reason());
        }
        ControlPlane.By by = new ControlPlane.By(options.author(), options.reason());
        try (KafkaControlPlane plane = KafkaControlPlane.connect(
                kafka.reachable(),
                keys.read(),
                new KafkaControlPlane.Terms(options.within(), new SimpleMeterRegistry()))) {
            RulesInForce.Result result = new RulesInForce(plane, by).ensure(rules.documentJson());
            applied(result.revision(), result.changed());
            return 0;
        } catch (KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private int applyOverHttp(AdminClient client, RulesFile rules, String reason) throws CommandFailure {
        Answer active = client.find(ACTIVE);
        long base = active == null ? 0 : active.number("revision");
        Answer proposed = client.tryPost(PROPOSALS, proposal(rules, reason, base), null);
        if (proposed.status() == 409 && "unchanged".equals(proposed.body().get("code"))) {
            applied(base, false);
            return 0;
        }
        long proposal = client.expectSuccess("POST " + PROPOSALS, proposed).number("id");
        Answer activated = client.post(PROPOSALS + "/" + proposal + "/activate", Map.of("reason", reason), base);
        applied(activated.number("revision"), true);
        return 0;
    }

    private void applied(long revision, boolean changed) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("revision", revision);
        result.put("changed", changed);
        print(
                DocumentTree.toJson(result),
                List.of("ruleset revision " + revision + (changed ? " is in force" : " was in force already")));
    }

    private void print(String json, List<String> lines) {
        if (output == OutputFormat.JSON) {
            line(json);
        } else {
            lines.forEach(this::line);
        }
    }

    private void line(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
