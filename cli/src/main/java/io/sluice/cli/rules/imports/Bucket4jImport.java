package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.imports.ImportFinding.Kind;
import io.sluice.cli.rules.imports.SourceValue.Items;
import io.sluice.cli.rules.imports.SourceValue.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The filters of {@code github.com/MarcGiffing/bucket4j-spring-boot-starter}, turned into one ruleset.
 *
 * <pre>
 *   bucket4j:
 *     filters:
 *       - url: /api/.*
 *         rate-limits:
 *           - cache-key: getRemoteAddr()
 *             bandwidths:
 *               - {capacity: 10, time: 1, unit: minutes}
 * </pre>
 *
 * <p>The service becomes an account, so that each limit holds over all of its callers. A condition in Spring's
 * expression language cannot be carried over. Its limits are imported in shadow, so that they refuse nobody wrongly.
 */
public final class Bucket4jImport implements ImportSource {
    private static final String ROOT = "bucket4j";
    private static final List<String> ABOUT = List.of(
            "Imported from Bucket4j's Spring Boot starter.",
            "The service is an account. A request names its user as the client, such as shop/alice. It also has its",
            "method and path, and its address as the attribute ip.");
    private static final Set<String> FIELDS = Set.of(
            "enabled",
            "filters",
            "methods",
            "cache-to-use",
            "filter-config-caching-enabled",
            "filter-config-cache-name",
            "default-metric-tags",
            "default-method-metric-tags");

    private final SourceProblems problems = new SourceProblems();
    private final List<ImportFinding> findings = new ArrayList<>();
    private final List<ImportedLimit> limits = new ArrayList<>();
    private final LimitIds ids = new LimitIds();
    private final List<String> files = new ArrayList<>();
    private int filters;

    @Override
    public void read(String file, String text) throws CommandFailure {
        files.add(file);
        SourceValue root = SourceYaml.read(file, text, problems);
        SourcePlace place = root == null ? new SourcePlace(file, 1) : root.place();
        SourceSection found = root instanceof Members all ? new SourceSection(all, problems).section(ROOT) : null;
        if (found == null) {
            problems.add(place, ROOT + ": missing (expected: bucket4j with filters; properties files written as YAML)");
            return;
        }
        SourceSection section = relaxed(found);
        noteUnknown(section, FIELDS, findings);
        if (section.has("enabled") && !section.flag("enabled")) {
            findings.add(new ImportFinding(
                    Kind.CHANGED,
                    section.placeOf("enabled"),
                    "enabled: false",
                    "the starter limits nothing then; the ruleset does when it is in force",
                    "put mode: off or mode: shadow into the limits"));
        }
        if (section.has("methods")) {
            findings.add(new ImportFinding(
                    Kind.LOST,
                    section.placeOf("methods"),
                    "methods",
                    "they limit methods in the code, which the ruleset does not know",
                    "ask Sluice in the code, with an attribute that a limit matches"));
        }
        for (SourceSection filter : section.sections("filters")) {
            filters++;
            new Bucket4jFilter(filter, "filter-" + filters, ids, limits, findings).convert();
        }
    }

    @Override
    public ImportedRuleset ruleset() throws CommandFailure {
        problems.check();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", 1L);
        document.put("description", "Imported from Bucket4j's Spring Boot starter");
        document.put("limits", limits.stream().map(ImportedLimit::tree).toList());
        return ImportedRuleset.of(ABOUT, limits, document, ImportFinding.inOrder(findings, files));
    }

    /** Notes fields that the starter would ignore. */
    static void noteUnknown(SourceSection section, Set<String> fields, List<ImportFinding> findings) {
        section.values().forEach((name, value) -> {
            if (!fields.contains(name)) {
                findings.add(new ImportFinding(
                        Kind.NOTE,
                        value.place(),
                        name,
                        "the starter knows no such field here and ignores it, and so does the ruleset",
                        "look whether another name was meant"));
            }
        });
    }

    /** Names as Spring takes them: {@code rateLimits} and {@code rate_limits} are {@code rate-limits}. */
    private SourceSection relaxed(SourceSection section) {
        return new SourceSection(new Members(section.place(), relaxed(section.values())), problems);
    }

    private Map<String, SourceValue> relaxed(Map<String, SourceValue> values) {
        Map<String, SourceValue> members = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            String usual = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                    .replace('_', '-')
                    .toLowerCase(Locale.ROOT);
            if (members.putIfAbsent(usual, relaxed(value)) != null) {
                problems.add(value.place(), name + " given twice (expected: once)");
            }
        });
        return members;
    }

    private SourceValue relaxed(SourceValue value) {
        if (value instanceof Items items) {
            return new Items(
                    items.place(), items.values().stream().map(this::relaxed).toList());
        }
        return value instanceof Members members ? new Members(members.place(), relaxed(members.values())) : value;
    }
}
