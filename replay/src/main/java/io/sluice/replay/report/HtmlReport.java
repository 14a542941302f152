package io.sluice.replay.report;

import io.sluice.replay.whatif.Cell;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.MatrixRow;
import io.sluice.replay.whatif.Sample;
import io.sluice.replay.whatif.ShareDistribution;
import io.sluice.replay.whatif.WhatIfResult;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A comparison as one HTML page, to be sent to somebody: charts and tables, without any script, and without anything
 * that a browser would fetch. Its policy forbids both, so even markup that got into a name could do nothing.
 */
public final class HtmlReport {
    private static final String STYLE = """
            :root { color-scheme: light dark; --fg: #1a1d21; --bg: #ffffff; --dim: #5b6470; --line: #d8dde3;
              --ok: #2f7d4f; --new: #c2410c; --free: #1d5fb8; --denied: #8a919b; }
            @media (prefers-color-scheme: dark) { :root { --fg: #e8eaed; --bg: #16181b; --dim: #9aa3ad;
              --line: #363b42; --ok: #5bb98b; --new: #f08a4b; --free: #6ea8fe; --denied: #767e88; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); margin: 2rem auto;
              max-width: 68rem; padding: 0 1rem; }
            h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
            .summary { font-size: 1.15rem; margin: .75rem 0; } .dim, li { color: var(--dim); }
            .violation { color: var(--new); font-weight: 600; }
            .scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line);
              white-space: nowrap; }
            th { color: var(--dim); font-weight: 500; } .number { text-align: right; }
            .sample { border-left: 3px solid var(--line); padding-left: .75rem; margin: .75rem 0;
              overflow-wrap: anywhere; }
            svg { display: block; max-width: 100%; height: auto; margin: .5rem 0 1rem; } svg text { fill: var(--dim);
              font: 12px system-ui, sans-serif; }
            .ok { fill: var(--ok); } .new { fill: var(--new); } .free { fill: var(--free); }
            .denied { fill: var(--denied); } .axis { stroke: var(--line); }
            .key span::before { content: ""; display: inline-block; width: .75rem; height: .75rem;
              margin: 0 .35rem 0 1rem; background: currentColor; }
            .key .k-ok { color: var(--ok); } .key .k-new { color: var(--new); } .key .k-free { color: var(--free); }
            .key .k-denied { color: var(--denied); } .key span { font-size: .9rem; }
            """;

    private static final int WIDTH = 960;
    private static final int LABEL_WIDTH = 150;
    private static final int BAR_HEIGHT = 22;
    private static final int ROW_HEIGHT = 30;
    private static final int STEPS = 30;
    private static final int CHART_HEIGHT = 120;
    private static final int LIMITS_CHARTED_MAX = 20;
    private static final int TIERS_CHARTED_MAX = 20;

    private final WhatIfResult result;
    private final Comparison comparison;
    private final WhatIfTables tables;
    private final Html html = new Html();

    private HtmlReport(WhatIfResult result) {
        this.result = result;
        this.comparison = result.comparison();
        this.tables = new WhatIfTables(result);
    }

    /** The whole page. */
    public static String page(WhatIfResult result, List<String> violations) {
        return new HtmlReport(result).page(violations);
    }

    private String page(List<String> violations) {
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                        + " style-src 'unsafe-inline'\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<title>Sluice: what these rules would have done</title>\n<style>\n" + STYLE + "</style></head>\n")
                .raw("<body><main>\n<h1>What these rules would have done</h1>\n<p class=\"dim\">")
                .text(result.candidate() + " against " + result.base() + "; " + result.log())
                .raw("</p>\n<p class=\"summary\">")
                .text(tables.summary())
                .raw("</p>\n");
        violations.forEach(violation ->
                html.raw("<p class=\"violation\">").text("Gate: " + violation).raw("</p>\n"));
        tiers();
        html.element("h2", "Verdicts, requests (tokens)").table(tables.matrix(), 2);
        if (!tables.accounts().isEmpty()) {
            html.element("h2", "A" + tables.accountsTitle().substring(1)).table(tables.accounts(), 2);
        }
        shares();
        samples("Newly denied: samples", comparison.newlyDenied());
        samples("Newly allowed: samples", comparison.newlyAllowed());
        html.element("h2", "How far to trust this").raw("<ul>\n");
        tables.notes().forEach(note -> html.element("li", note));
        return html.raw("</ul>\n</main></body></html>\n").toString();
    }

    /** One bar for each tier: what became of its requests. */
    private void tiers() {
        Map<String, Cell> byTier = new TreeMap<>();
        for (Map.Entry<MatrixRow, Cell> row : comparison.matrix().entrySet()) {
            byTier.merge(row.getKey().tier(), row.getValue(), Cell::plus);
        }
        if (byTier.isEmpty()) {
            return;
        }
        html.element("h2", "Requests by tier")
                .raw("<p class=\"key\"><span class=\"k-ok\">allowed by both</span>"
                        + "<span class=\"k-new\">newly denied</span><span class=\"k-free\">newly allowed</span>"
                        + "<span class=\"k-denied\">denied by both</span></p>\n");
        List<Map.Entry<String, Cell>> shown =
                byTier.entrySet().stream().limit(TIERS_CHARTED_MAX).toList();
        html.raw(svg(ROW_HEIGHT * shown.size(), "Requests by tier"));
        for (int i = 0; i < shown.size(); i++) {
            bar(i * ROW_HEIGHT, shown.get(i).getKey(), shown.get(i).getValue());
        }
        html.raw("</svg>\n");
    }

    private static String svg(int height, String title) {
        return "<svg role=\"img\" aria-label=\"" + Html.escaped(title) + "\" viewBox=\"0 0 " + WIDTH + " " + height
                + "\" width=\"" + WIDTH + "\" height=\"" + height + "\">\n";
    }

    private void bar(int y, String tier, Cell cell) {
        html.raw("<text x=\"0\" y=\"" + (y + BAR_HEIGHT - 6) + "\">")
                .text(tier.isEmpty() ? "(none)" : tier)
                .raw("</text>");
        long all = Math.max(1, cell.all().requests());
        double x = LABEL_WIDTH;
        x = part(x, y, "ok", cell.bothAllow().requests(), all);
        x = part(x, y, "new", cell.newlyDenied().requests(), all);
        x = part(x, y, "free", cell.newlyAllowed().requests(), all);
        part(x, y, "denied", cell.bothDeny().requests(), all);
        html.raw("\n");
    }

    /** Even one request in a million can be seen. */
    private double part(double x, int y, String kind, long requests, long all) {
        if (requests == 0) {
            return x;
        }
        double width = Math.max(2, (double) (WIDTH - LABEL_WIDTH - 8) * requests / all);
        html.raw(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s</title></rect>",
                kind,
                x,
                y,
                width,
                BAR_HEIGHT,
                AuditReport.number(requests)));
        return x + width;
    }

    private void shares() {
        if (tables.limits().isEmpty()) {
            return;
        }
        html.element("h2", "How close buckets came to their limits")
                .raw("<p class=\"dim\">The highest share of each bucket that was used or asked for; above 100 % is"
                        + " refused.</p>\n")
                .table(tables.shares(), 2);
        html.raw("<p class=\"key\"><span class=\"k-denied\">base</span><span class=\"k-free\">candidate</span></p>\n");
        tables.limits().stream().limit(LIMITS_CHARTED_MAX).forEach(this::histogram);
        if (tables.limits().size() > LIMITS_CHARTED_MAX) {
            html.element("p", tables.limits().size() - LIMITS_CHARTED_MAX + " more limits are in the table.");
        }
    }

    /** Two bars for each step of 5 %: buckets under the base and under the candidate. */
    private void histogram(String limit) {
        ShareDistribution base = comparison.baseShares().of(limit);
        ShareDistribution candidate = comparison.candidateShares().of(limit);
        long[] left = base.steps(STEPS);
        long[] right = candidate.steps(STEPS);
        long most = 1;
        for (int i = 0; i <= STEPS; i++) {
            most = Math.max(most, Math.max(left[i], right[i]));
        }
        html.element("h3", limit).raw(svg(CHART_HEIGHT + 20, "Buckets of " + limit + " by share"));
        double step = (double) WIDTH / (STEPS + 1);
        for (int i = 0; i <= STEPS; i++) {
            column(i * step, step / 2 - 1, "denied", left[i], most);
            column(i * step + step / 2 - 1, step / 2 - 1, "free", right[i], most);
        }
        double full = step * STEPS * 2 / 3;
        html.raw(String.format(
                        Locale.ROOT,
                        "<line class=\"axis\" x1=\"0\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                                + "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>",
                        WIDTH,
                        CHART_HEIGHT,
                        CHART_HEIGHT,
                        full,
                        full,
                        CHART_HEIGHT))
                .raw("<text x=\"0\" y=\"" + (CHART_HEIGHT + 16) + "\">0 %</text><text x=\"" + (int) (full - 14)
                        + "\" y=\"" + (CHART_HEIGHT + 16) + "\">100 %</text><text x=\"" + (WIDTH - 70) + "\" y=\""
                        + (CHART_HEIGHT + 16) + "\">over 150 %</text></svg>\n");
    }

    private void column(double x, double width, String kind, long buckets, long most) {
        if (buckets > 0) {
            double height = Math.max(1, (double) CHART_HEIGHT * buckets / most);
            html.raw(String.format(
                    Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>",
                    kind,
                    x,
                    CHART_HEIGHT - height,
                    width,
                    height,
                    AuditReport.number(buckets)));
        }
    }

    private void samples(String title, List<Sample> samples) {
        if (samples.isEmpty()) {
            return;
        }
        html.element("h2", title);
        for (Sample sample : samples) {
            html.raw("<div class=\"sample\"><div>")
                    .text("Decision " + sample.base().decisionId() + ", client "
                            + sample.base().clientId() + ", cost "
                            + sample.base().amounts().cost() + ", "
                            + Instant.ofEpochMilli(sample.base().details().decidedAtMillis()))
                    .raw("</div><div class=\"dim\">")
                    .text("base: " + WhatIfReport.explained(sample.base()))
                    .raw("</div><div>")
                    .text("candidate: " + WhatIfReport.explained(sample.candidate()))
                    .raw("</div></div>\n");
        }
    }
}
