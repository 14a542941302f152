package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.ImportFinding.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One filter of Bucket4j's Spring Boot starter: a limit for each bandwidth of each of its rate limits. */
final class Bucket4jFilter {
    private static final Set<String> FIELDS = Set.of(
            "id",
            "major-version",
            "minor-version",
            "cache-name",
            "filter-method",
            "strategy",
            "url",
            "filter-order",
            "rate-limits",
            "metrics",
            "http-content-type",
            "http-status-code",
            "http-response-body",
            "http-response-headers",
            "hide-http-response-headers");
    private static final Set<String> RATE_LIMIT_FIELDS = Set.of(
            "cache-key",
            "expression",
            "execute-condition",
            "execute-predicates",
            "post-execute-condition",
            "skip-condition",
            "skip-predicates",
            "num-tokens",
            "bandwidths",
            "tokens-inheritance-strategy");
    private static final List<String> ANSWER =
            List.of("http-response-body", "http-response-headers", "http-status-code");

    private final SourceSection filter;
    private final String name;
    private final LimitIds ids;
    private final List<ImportedLimit> limits;
    private final List<ImportFinding> findings;

    /** A filter that adds to these. */
    Bucket4jFilter(
            SourceSection filter, String name, LimitIds ids, List<ImportedLimit> limits, List<ImportFinding> findings) {
        this.filter = filter;
        this.name = name;
        this.ids = ids;
        this.limits = limits;
        this.findings = findings;
    }

    void convert() {
        Bucket4jImport.noteUnknown(filter, FIELDS, findings);
        ANSWER.stream()
                .filter(filter::has)
                .findFirst()
                .ifPresent(field -> add(
                        Kind.NOTE,
                        filter.placeOf(field),
                        field,
                        "the answer to a refused request is up to whoever asks Sluice",
                        "send it from the service; over HTTP, Sluice answers with a problem (RFC 9457)"));
        UrlPattern url = url();
        List<SourceSection> rateLimits = filter.sections("rate-limits");
        if (rateLimits.isEmpty()) {
            filter.problem("rate-limits", "missing (expected: a list of rate limits)");
        }
        boolean onlyFirst = !filter.text("strategy").equalsIgnoreCase("all");
        for (int i = 0; i < rateLimits.size(); i++) {
            SourceSection rateLimit = rateLimits.get(i);
            if (onlyFirst && i > 0) {
                add(
                        Kind.CHANGED,
                        rateLimit.place(),
                        "strategy: first",
                        "there, this rate limit counts only if none before it has counted; here, all that match count",
                        "let match and except of both say who is who");
            }
            convert(rateLimit, url, limitName(url) + (rateLimits.size() > 1 ? "." + (i + 1) : ""));
        }
    }

    /** What its limits are called after: its own name, or its path. */
    private String limitName(@Nullable UrlPattern url) {
        if (filter.has("id")) {
            return filter.text("id");
        }
        String template = url == null ? null : url.template();
        String path = template == null
                ? ""
                : template.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
        return path.isEmpty() ? name : path;
    }

    private void add(Kind kind, SourcePlace place, String text, String reason, String instead) {
        findings.add(new ImportFinding(kind, place, text, reason, instead));
    }

    /** What paths the filter is for; null if no template says that. */
    private @Nullable UrlPattern url() {
        if (!filter.has("url")) {
            return UrlPattern.EVERY;
        }
        String regex = filter.text("url");
        UrlPattern url = UrlPattern.ofRegex(regex);
        if (url == null) {
            add(
                    Kind.LOST,
                    filter.placeOf("url"),
                    "url: " + regex,
                    "no path template says the same as this regular expression; the limits are for every path, in"
                            + " shadow",
                    "write match.path, one limit for each template, and remove mode: shadow");
        } else if (!url.differs().isEmpty()) {
            add(
                    Kind.CHANGED,
                    filter.placeOf("url"),
                    "url: " + regex,
                    "a path template has whole segments: " + url.differs(),
                    "nothing to do, unless such a path matters");
        }
        return url;
    }

    private void convert(SourceSection rateLimit, @Nullable UrlPattern url, String limitName) {
        Bucket4jImport.noteUnknown(rateLimit, RATE_LIMIT_FIELDS, findings);
        Bucket4jMatch match = Bucket4jMatch.of(rateLimit, url, findings);
        Object scope = Bucket4jScope.of(rateLimit, findings);
        long tokens = rateLimit.has("num-tokens") ? rateLimit.number("num-tokens", Bucket4jBandwidth.TOKENS_MAX) : 1;
        String inheritance = rateLimit.text("tokens-inheritance-strategy");
        List<SourceSection> bandwidths = rateLimit.sections("bandwidths");
        if (bandwidths.isEmpty()) {
            rateLimit.problem("bandwidths", "missing (expected: a list with capacity, time and unit)");
        }
        for (SourceSection section : bandwidths) {
            Bucket4jBandwidth bandwidth = Bucket4jBandwidth.of(section, findings);
            if (bandwidth == null) {
                continue;
            }
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("id", ids.of(limitName + "." + bandwidth.name()));
            if (!match.tree().isEmpty()) {
                tree.put("match", match.tree());
            }
            tree.put("scope", scope);
            tree.putAll(bandwidth.tree());
            if (tokens != 1) {
                tree.put("cost", tokens);
            }
            if (!inheritance.isEmpty()) {
                carryOver(rateLimit, inheritance, tree);
            }
            if (!match.isWhole()) {
                tree.put("mode", "shadow");
            }
            limits.add(new ImportedLimit(List.of(section.place()), tree));
        }
    }

    private static void carryOver(SourceSection rateLimit, String inheritance, Map<String, Object> tree) {
        String usual = inheritance.toLowerCase(Locale.ROOT).replace('_', '-');
        switch (usual) {
            case "reset", "as-is", "additive" -> tree.put("carryOver", usual);
            case "proportionally" -> tree.put("carryOver", "proportional");
            default ->
                rateLimit.problem(
                        "tokens-inheritance-strategy",
                        inheritance + " (expected: RESET, AS_IS, ADDITIVE, PROPORTIONALLY)");
        }
    }
}
