package io.sluice.replay.report;

import io.sluice.replay.run.RunCounters;
import io.sluice.replay.suggest.Factor;
import io.sluice.replay.suggest.RefusalGoal;
import io.sluice.replay.suggest.Refusals;
import io.sluice.replay.suggest.ScaledLimit;
import io.sluice.replay.suggest.Suggestion;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A suggestion as text and as JSON. */
public final class SuggestReport {
    private static final double MILLIONTHS_OF_PERCENT = 10_000;

    private SuggestReport() {}

    /** Lines for a person; the last one is the suggestion. */
    public static List<String> text(Suggestion suggestion, ScaledLimit limit, RefusalGoal goal) {
        List<String> lines = new ArrayList<>();
        notes(suggestion).forEach(note -> lines.add("note: " + note));
        lines.add("");
        TextTable table = new TextTable(
                3, "FACTOR", "NUMBERS", "TIER", "ACCOUNTS", "REFUSED", "SHARE", "REQUESTS", "REFUSED", "SHARE");
        suggestion
                .curve()
                .forEach((factor, byTier) -> new TreeMap<>(byTier)
                        .forEach((tier, refusals) -> table.row(
                                factor.toString(),
                                limit.numbers(factor),
                                tier,
                                AuditReport.number(refusals.accounts()),
                                AuditReport.number(refusals.refusedAccounts()),
                                percent(refusals.refusedPerMillion(RefusalGoal.Of.ACCOUNTS)),
                                AuditReport.number(refusals.requests()),
                                AuditReport.number(refusals.refusedRequests()),
                                percent(refusals.refusedPerMillion(RefusalGoal.Of.REQUESTS)))));
        lines.addAll(table.lines());
        lines.add("");
        lines.add(result(suggestion, limit, goal));
        return lines;
    }

    private static List<String> notes(Suggestion suggestion) {
        List<String> notes = new ArrayList<>(RunNotes.of(suggestion.facts(), RunCounters.NONE));
        if (suggestion.uncounted() > 0) {
            notes.add(AuditReport.number(suggestion.uncounted())
                    + " requests in batches, or answered by front ends out of leases, are in no figure");
        }
        return notes;
    }

    private static String result(Suggestion suggestion, ScaledLimit limit, RefusalGoal goal) {
        Factor smallest = suggestion.smallest();
        String aim = "at most " + percent(goal.perMillionMax()) + " of "
                + goal.of().name().toLowerCase(Locale.ROOT) + (goal.tier() == null ? "" : " of tier " + goal.tier())
                + " refused";
        return smallest == null
                ? aim + ": not even with factor " + suggestion.curve().lastKey()
                : aim + ": factor " + smallest + ", " + limit.numbers(smallest);
    }

    private static String percent(long perMillion) {
        return String.format(Locale.ROOT, "%.2f %%", perMillion / MILLIONTHS_OF_PERCENT);
    }

    /** One JSON object. */
    public static String json(Suggestion suggestion, ScaledLimit limit, RefusalGoal goal) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        Factor smallest = suggestion.smallest();
        tree.put("suggestedFactor", smallest == null ? null : smallest.toString());
        tree.put("suggestedNumbers", smallest == null ? null : limit.numbers(smallest));
        tree.put("goal", result(suggestion, limit, goal));
        List<Object> curve = new ArrayList<>();
        suggestion.curve().forEach((factor, byTier) -> {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("factor", factor.toString());
            point.put("numbers", limit.numbers(factor));
            Map<String, Object> tiers = new LinkedHashMap<>();
            new TreeMap<>(byTier).forEach((tier, refusals) -> tiers.put(tier, refusals(refusals)));
            point.put("tiers", tiers);
            curve.add(point);
        });
        tree.put("curve", curve);
        tree.put("notes", notes(suggestion));
        return DocumentTree.toJson(tree);
    }

    private static Map<String, Object> refusals(Refusals refusals) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("accounts", refusals.accounts());
        tree.put("refusedAccounts", refusals.refusedAccounts());
        tree.put("requests", refusals.requests());
        tree.put("refusedRequests", refusals.refusedRequests());
        return tree;
    }
}
