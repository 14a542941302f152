package io.sluice.cli.rules;

import io.sluice.cli.UtcTime;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.ListText;
import io.sluice.engine.controlplane.BucketEffects;
import io.sluice.engine.controlplane.RulesetDiff;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers as lines for a person, and results as trees for a program. */
final class RulesText {
    private RulesText() {}

    static List<String> proposal(Answer answer) {
        List<String> lines = new ArrayList<>();
        lines.add("proposal " + answer.number("id") + ": " + answer.text("status") + ", by " + answer.text("author")
                + ", on revision " + answer.number("baseRevision"));
        lines.addAll(warnings(answer.list("warnings")));
        return lines;
    }

    static List<String> proposals(Answer answer) {
        return ListText.lines(
                answer,
                "proposals",
                "id",
                "no proposals",
                proposal -> proposal.get("id") + "  " + UtcTime.of(proposal.get("atMillis")) + "  "
                        + proposal.get("status") + "  on revision " + proposal.get("baseRevision") + "  "
                        + proposal.get("author") + "  " + proposal.get("reason"));
    }

    /** What to do about a proposal that somebody else has to approve. */
    static String waitsForApproval(long proposal) {
        return "proposal " + proposal
                + " is open and waits for the approval of somebody else; then: sluice rules activate" + " --reason WHY "
                + proposal + " (or end it: sluice rules reject --reason WHY " + proposal + ")";
    }

    private static List<String> warnings(List<?> warnings) {
        List<String> lines = new ArrayList<>();
        for (Object warning : warnings) {
            if (warning instanceof Map<?, ?> members) {
                lines.add("warning: " + members.get("field") + ": " + members.get("detail"));
            }
        }
        return lines;
    }

    /** Where a document comes from. */
    static List<String> heading(Answer answer) {
        return List.of(
                "revision " + answer.number("revision") + ", " + answer.text("how") + " "
                        + UtcTime.of(answer.body().get("atMillis")) + " by " + answer.text("author"),
                "reason: " + answer.text("reason").replaceAll("\\R", " "));
    }

    static List<String> revision(Answer answer) {
        return List.of("ruleset revision " + answer.number("revision") + " is in force");
    }

    /** The effect of a change on buckets, in the form of the admin port. */
    static List<Map<String, Object>> buckets(List<BucketEffects.Effect> effects) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (BucketEffects.Effect effect : effects) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("limitId", effect.limitId());
            tree.put("effect", effect.effect());
            trees.add(tree);
        }
        return trees;
    }

    /** The same in a line for each limit. */
    static List<String> bucketLines(List<?> effects) {
        List<String> lines = new ArrayList<>();
        for (Object item : effects) {
            if (item instanceof Map<?, ?> effect) {
                lines.add("buckets of " + effect.get("limitId") + ": " + effect.get("effect"));
            }
        }
        return lines;
    }

    static List<String> history(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("revisions")) {
            if (item instanceof Map<?, ?> revision) {
                boolean active = Objects.equals(revision.get("revision"), answer.number("activeRevision"));
                Object source = revision.containsKey("proposalId")
                        ? "proposal " + revision.get("proposalId")
                        : revision.containsKey("fromRevision") ? "revision " + revision.get("fromRevision") : "-";
                lines.add(String.format(
                        Locale.ROOT,
                        "%s %s  %s  %s  %s  %s  %s",
                        active ? "*" : " ",
                        revision.get("revision"),
                        UtcTime.of(revision.get("atMillis")),
                        revision.get("how"),
                        source,
                        revision.get("author"),
                        revision.get("reason")));
            }
        }
        return lines;
    }

    /** Changes as trees, from a local comparison, in the form of the admin port. */
    static List<Map<String, @Nullable Object>> changes(List<RulesetDiff.Change> changes) {
        List<Map<String, @Nullable Object>> trees = new ArrayList<>();
        for (RulesetDiff.Change change : changes) {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
            tree.put("path", change.path());
            if (change.before() != null) {
                tree.put("before", change.before());
            }
            if (change.after() != null) {
                tree.put("after", change.after());
            }
            trees.add(tree);
        }
        return trees;
    }

    static List<String> diff(List<?> changes) {
        List<String> lines = new ArrayList<>();
        for (Object item : changes) {
            if (item instanceof Map<?, ?> change) {
                String path = String.valueOf(change.get("path"));
                String before = DocumentTree.toJson(change.get("before"));
                String after = DocumentTree.toJson(change.get("after"));
                lines.add(
                        switch (String.valueOf(change.get("kind"))) {
                            case "added" -> "+ " + path + ": " + after;
                            case "removed" -> "- " + path + ": " + before;
                            default -> "~ " + path + ": " + before + " -> " + after;
                        });
            }
        }
        return lines.isEmpty() ? List.of("no differences") : lines;
    }

    static List<Map<String, Object>> problems(List<RulesetProblem> problems) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (RulesetProblem problem : problems) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("field", problem.path());
            tree.put("detail", problem.message());
            trees.add(tree);
        }
        return trees;
    }
}
