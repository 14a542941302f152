package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.imports.DescriptorNode.Flag;
import io.sluice.cli.rules.imports.SourceValue.Members;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads configuration files of {@code github.com/envoyproxy/ratelimit} as that service loads them, and refuses what it
 * refuses.
 *
 * <pre>
 *   domain: messaging
 *   descriptors:
 *     - key: message_type
 *       value: marketing
 *       descriptors:
 *         - key: to_number
 *           rate_limit: {unit: day, requests_per_unit: 5}
 * </pre>
 *
 * <p>It is stricter in one point: a field that is given twice is a mistake. There, the last one counts.
 */
final class EnvoyRatelimitReader {
    /** Levels of descriptors: each is an attribute of a request, which has 32, three of them for other things. */
    static final int LEVELS_MAX = 29;

    private static final long REQUESTS_MAX = 4_294_967_295L;
    private static final Set<String> ROOT_FIELDS = Set.of("domain", "descriptors");
    private static final Map<String, Flag> FLAGS = flags();
    private static final Set<String> NODE_FIELDS = nodeFields();
    private static final Set<String> LIMIT_FIELDS =
            Set.of("unit", "requests_per_unit", "unlimited", "name", "replaces");
    private static final Set<String> REPLACES_FIELDS = Set.of("name");
    /** Fields that the service knows somewhere; in another place than theirs it ignores them. */
    private static final Set<String> KNOWN = known();

    private final boolean mergesDomains;
    private final SourceProblems problems = new SourceProblems();
    private final List<ImportFinding> findings = new ArrayList<>();
    private final Map<String, DescriptorDomain> domains = new LinkedHashMap<>();

    /** A reader that takes several files of one domain for one, or refuses them. */
    EnvoyRatelimitReader(boolean mergesDomains) {
        this.mergesDomains = mergesDomains;
    }

    private static Map<String, Flag> flags() {
        Map<String, Flag> flags = new LinkedHashMap<>();
        for (Flag flag : Flag.values()) {
            flags.put(flag.name().toLowerCase(Locale.ROOT), flag);
        }
        return flags;
    }

    private static Set<String> nodeFields() {
        Set<String> fields = new LinkedHashSet<>(List.of("key", "value", "rate_limit", "descriptors", "metadata"));
        fields.addAll(FLAGS.keySet());
        return fields;
    }

    private static Set<String> known() {
        Set<String> known = new LinkedHashSet<>(ROOT_FIELDS);
        known.addAll(NODE_FIELDS);
        known.addAll(LIMIT_FIELDS);
        return known;
    }

    /** Reads one file more. */
    void read(String file, String text) throws CommandFailure {
        SourceValue root = SourceYaml.read(file, text, problems);
        if (!(root instanceof Members members)) {
            SourcePlace place = root == null ? new SourcePlace(file, 1) : root.place();
            problems.add(
                    place, (root == null ? "an empty file" : root.shown()) + " (expected: domain and descriptors)");
            return;
        }
        SourceSection section = new SourceSection(members, problems);
        checkFields(section, ROOT_FIELDS, "a file");
        String name = section.text("domain");
        if (name.isEmpty()) {
            section.problem("domain", "missing (expected: the name of a domain)");
        }
        DescriptorDomain earlier = domains.get(name);
        List<DescriptorNode> nodes = new ArrayList<>(earlier == null ? List.of() : earlier.children());
        if (earlier != null && !mergesDomains) {
            section.problem(
                    "domain",
                    name + " is in " + earlier.place() + ", too (expected: one file, or --merge-domains if the service"
                            + " has MERGE_DOMAIN_CONFIG=true)");
        }
        nodes.addAll(nodes(section, 1));
        checkDuplicates(nodes);
        SourcePlace place = earlier == null ? section.placeOf("domain") : earlier.place();
        domains.put(name, new DescriptorDomain(place, name, nodes));
    }

    /** The domains of all files, in their order; fails with a line for each mistake. */
    List<DescriptorDomain> domains() throws CommandFailure {
        problems.check();
        return List.copyOf(domains.values());
    }

    /** What the service would ignore. */
    List<ImportFinding> findings() {
        return findings;
    }

    private void checkFields(SourceSection section, Set<String> fields, String where) {
        section.values().forEach((name, value) -> {
            if (fields.contains(name)) {
                return;
            }
            if (!KNOWN.contains(name)) {
                problems.add(
                        value.place(),
                        name + ": unknown field of " + where + " (expected: "
                                + String.join(", ", fields.stream().sorted().toList()) + ")");
                return;
            }
            findings.add(new ImportFinding(
                    ImportFinding.Kind.NOTE,
                    value.place(),
                    name,
                    "ratelimit ignores it in " + where + ", and so does the ruleset",
                    "move it to where it counts if it was meant"));
        });
    }

    private List<DescriptorNode> nodes(SourceSection section, int level) {
        List<DescriptorNode> nodes = new ArrayList<>();
        for (SourceSection item : section.sections("descriptors")) {
            if (level > LEVELS_MAX) {
                item.problem("key", "on level " + level + " (expected: at most " + LEVELS_MAX + " levels)");
                return nodes;
            }
            nodes.add(node(item, level));
        }
        if (level > 1) {
            checkDuplicates(nodes);
        }
        return nodes;
    }

    private DescriptorNode node(SourceSection section, int level) {
        checkFields(section, NODE_FIELDS, "a descriptor");
        String key = section.text("key");
        if (key.isEmpty()) {
            section.problem("key", "missing (expected: the key of an entry)");
        }
        Set<Flag> flags = new LinkedHashSet<>();
        FLAGS.forEach((name, flag) -> {
            if (section.flag(name)) {
                flags.add(flag);
            }
        });
        String value = section.text("value");
        if (flags.contains(Flag.SHARE_THRESHOLD) && !(value.isEmpty() ? key : value).endsWith("*")) {
            section.problem("share_threshold", "true (expected: only beside a value that ends in *)");
        }
        if (section.has("metadata")) {
            findings.add(new ImportFinding(
                    ImportFinding.Kind.NOTE,
                    section.placeOf("metadata"),
                    "metadata",
                    "Sluice returns decision ID, limit and revision in place of metadata of your own",
                    "look the limit up by its ID"));
        }
        SourceSection limit = section.section("rate_limit");
        return new DescriptorNode(
                section.place(), key, value, limit == null ? null : limit(limit), flags, nodes(section, level + 1));
    }

    private @Nullable DescriptorLimit limit(SourceSection section) {
        checkFields(section, LIMIT_FIELDS, "rate_limit");
        boolean isUnlimited = section.flag("unlimited");
        String unitName = section.text("unit");
        WindowUnit unit = WindowUnit.of(unitName);
        if (isUnlimited && unit != null) {
            section.problem("unit", unitName + " beside unlimited (expected: only one of them)");
        }
        if (!isUnlimited && unit == null) {
            section.problem(
                    "unit",
                    (unitName.isEmpty() ? "missing" : unitName)
                            + " (expected: second, minute, hour, day, week, month, year)");
        }
        long requests = section.number("requests_per_unit", REQUESTS_MAX);
        if (!isUnlimited && !section.has("requests_per_unit")) {
            findings.add(new ImportFinding(
                    ImportFinding.Kind.NOTE,
                    section.place(),
                    "rate_limit without requests_per_unit",
                    "ratelimit reads 0, which refuses everything, and so does the ruleset",
                    "write the number"));
        }
        String name = section.text("name");
        List<String> replaces = new ArrayList<>();
        for (SourceSection item : section.sections("replaces")) {
            checkFields(item, REPLACES_FIELDS, "replaces");
            String replaced = item.text("name");
            if (replaced.isEmpty() || replaced.equals(name)) {
                item.problem("name", (replaced.isEmpty() ? "missing" : replaced) + " (expected: another limit)");
            }
            replaces.add(replaced);
        }
        return isUnlimited || unit != null
                ? new DescriptorLimit(section.place(), isUnlimited ? null : unit, requests, name, replaces)
                : null;
    }

    private void checkDuplicates(List<DescriptorNode> siblings) {
        Map<String, DescriptorNode> seen = new HashMap<>();
        for (DescriptorNode node : siblings) {
            DescriptorNode earlier = seen.putIfAbsent(node.compositeKey(), node);
            if (earlier != null) {
                problems.add(
                        node.place(),
                        node.shown() + " is at " + earlier.place() + ", too (expected: once on a level; ratelimit joins"
                                + " key and value to " + node.compositeKey() + ")");
            }
        }
    }
}
