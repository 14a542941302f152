package io.sluice.replay.report;

import io.sluice.replay.whatif.AccountFlips;
import io.sluice.replay.whatif.Amounts;
import io.sluice.replay.whatif.Cell;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.MatrixRow;
import io.sluice.replay.whatif.RecordedVerdict;
import io.sluice.replay.whatif.Sample;
import io.sluice.replay.whatif.ShareDistribution;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.reply.LimitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A comparison as text, as Markdown and as JSON. */
public final class WhatIfReport {
    private WhatIfReport() {}

    /** Lines for a person. */
    public static List<String> text(WhatIfResult result, List<String> violations) {
        WhatIfTables tables = new WhatIfTables(result);
        List<String> lines = new ArrayList<>(head(result));
        tables.notes().forEach(note -> lines.add("note: " + note));
        table(lines, "verdicts, requests (tokens)", tables.matrix());
        table(lines, tables.accountsTitle(), tables.accounts());
        table(lines, "highest share of each bucket that was used or asked for", tables.shares());
        samples(lines, "newly denied", result.comparison().newlyDenied());
        samples(lines, "newly allowed", result.comparison().newlyAllowed());
        lines.add("");
        lines.add(tables.summary());
        violations.forEach(violation -> lines.add("gate: " + violation));
        return lines;
    }

    private static List<String> head(WhatIfResult result) {
        return List.of("log: " + result.log(), "base: " + result.base(), "candidate: " + result.candidate());
    }

    private static void table(List<String> lines, String title, TextTable table) {
        if (!table.isEmpty()) {
            lines.add("");
            lines.add(title);
            table.lines().forEach(line -> lines.add("  " + line));
        }
    }

    private static void samples(List<String> lines, String title, List<Sample> samples) {
        for (Sample sample : samples) {
            lines.add("");
            lines.add(title + ": decision " + sample.base().decisionId() + ", client "
                    + sample.base().clientId() + ", cost "
                    + sample.base().amounts().cost() + ", at "
                    + Instant.ofEpochMilli(sample.base().details().decidedAtMillis()));
            lines.add("  base:      " + explained(sample.base()));
            lines.add("  candidate: " + explained(sample.candidate()));
        }
    }

    /** The verdict in words, and every limit that applied. */
    static String explained(RecordedVerdict judged) {
        List<String> limits = new ArrayList<>();
        for (LimitStatus limit : judged.details().limits()) {
            limits.add(limit.id() + " " + limit.remaining() + "/" + limit.limit() + (limit.refused() ? " refuses" : "")
                    + (limit.enforced() ? "" : " (shadow)"));
        }
        return judged.details().code().wireName() + ", " + judged.details().reason()
                + (limits.isEmpty() ? "" : " [" + String.join(", ", limits) + "]");
    }

    /** For a comment on a pull request. */
    public static List<String> markdown(WhatIfResult result, List<String> violations) {
        WhatIfTables tables = new WhatIfTables(result);
        List<String> lines = new ArrayList<>();
        lines.add("### What these rules would have done");
        lines.add("");
        lines.add(tables.summary() + ".");
        lines.add("");
        violations.forEach(violation -> lines.add("- **" + escaped(violation) + "**"));
        lines.add("");
        lines.addAll(tables.matrix().markdown());
        if (!tables.accounts().isEmpty()) {
            lines.add("");
            lines.add(tables.accountsTitle() + ":");
            lines.add("");
            lines.addAll(tables.accounts().markdown());
        }
        lines.add("");
        tables.notes().forEach(note -> lines.add("- " + escaped(note)));
        return lines;
    }

    private static String escaped(String text) {
        return text.replace("<", "&lt;").replace("*", "\\*");
    }

    /** One JSON object. */
    public static String json(WhatIfResult result, List<String> violations) {
        Comparison comparison = result.comparison();
        WhatIfTables tables = new WhatIfTables(result);
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("log", result.log());
        tree.put("base", result.base());
        tree.put("candidate", result.candidate());
        tree.put("all", cell(comparison.all()));
        List<Object> matrix = new ArrayList<>();
        for (Map.Entry<MatrixRow, Cell> row : new TreeMap<>(comparison.matrix()).entrySet()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("tier", row.getKey().tier());
            one.put("refusedBy", row.getKey().cause());
            one.putAll(cell(row.getValue()));
            matrix.add(one);
        }
        tree.put("matrix", matrix);
        tree.put(
                "accounts",
                comparison.accounts().stream().map(WhatIfReport::account).toList());
        tree.put("allowListedFlips", comparison.allowListedFlips());
        tree.put("undecided", comparison.undecided());
        Map<String, Object> wide = new LinkedHashMap<>();
        wide.put("judged", result.wide().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        wide.put("visiting", comparison.wideOrder().visiting());
        wide.put("recordedAllowed", comparison.wideOrder().recordedAllowed());
        wide.put("allowed", comparison.wideOrder().allowed());
        wide.put("misplaced", comparison.wideOrder().misplaced());
        wide.put("forgotten", comparison.wideOrder().forgotten());
        tree.put("wideLimits", wide);
        tree.put("leased", amounts(comparison.leased()));
        tree.put("leasedFlips", amounts(comparison.leasedFlips()));
        Map<String, Object> limits = new LinkedHashMap<>();
        for (String limit : tables.limits()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("base", shares(comparison.baseShares().of(limit)));
            one.put("candidate", shares(comparison.candidateShares().of(limit)));
            limits.put(limit, one);
        }
        tree.put("limits", limits);
        tree.put(
                "newlyDenied",
                comparison.newlyDenied().stream().map(WhatIfReport::sample).toList());
        tree.put(
                "newlyAllowed",
                comparison.newlyAllowed().stream().map(WhatIfReport::sample).toList());
        tree.put("notes", tables.notes());
        tree.put("violations", violations);
        return DocumentTree.toJson(tree);
    }

    private static Map<String, Object> cell(Cell cell) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bothAllow", amounts(cell.bothAllow()));
        tree.put("newlyDenied", amounts(cell.newlyDenied()));
        tree.put("newlyAllowed", amounts(cell.newlyAllowed()));
        tree.put("bothDeny", amounts(cell.bothDeny()));
        return tree;
    }

    private static Map<String, Object> amounts(Amounts amounts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("requests", amounts.requests());
        tree.put("cost", amounts.cost());
        return tree;
    }

    private static Map<String, Object> account(AccountFlips one) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("account", one.account());
        tree.put("tier", one.tier());
        tree.put("newlyDenied", amounts(one.newlyDenied()));
        tree.put("newlyAllowed", amounts(one.newlyAllowed()));
        tree.put("firstMillis", one.firstMillis());
        tree.put("longestRefusedMillis", one.longestRefusedMillis());
        return tree;
    }

    private static Map<String, Object> shares(ShareDistribution shares) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("buckets", shares.buckets());
        tree.put("p50PerMille", (long) shares.perMilleAt(500));
        tree.put("p95PerMille", (long) shares.perMilleAt(950));
        tree.put("p99PerMille", (long) shares.perMilleAt(990));
        tree.put("maxPerMille", (long) shares.maxPerMille());
        return tree;
    }

    private static Map<String, Object> sample(Sample sample) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("decisionId", sample.base().decisionId());
        tree.put("clientId", sample.base().clientId());
        tree.put("cost", sample.base().amounts().cost());
        tree.put("decidedAtMillis", sample.base().details().decidedAtMillis());
        tree.put("base", explained(sample.base()));
        tree.put("candidate", explained(sample.candidate()));
        return tree;
    }
}
