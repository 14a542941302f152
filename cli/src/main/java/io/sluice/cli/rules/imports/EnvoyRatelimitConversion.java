package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.DescriptorNode.Flag;
import io.sluice.cli.rules.imports.ImportFinding.Kind;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The conversion of descriptors of Envoy's rate limit service into limits; it reports what these cannot do.
 *
 * <p>A domain becomes an account, so that each of its limits holds over all callers. A descriptor with a limit becomes
 * a limit that asks for exactly its entries ({@link DescriptorAttributes}), and counts by the values that it leaves
 * open.
 */
final class EnvoyRatelimitConversion {
    /** As many descriptors of one key with the same numbers become one limit with a list of values. */
    static final int ALIKE_MIN = 4;

    private static final String ANONYMOUS = Ruleset.ANONYMOUS_PREFIX;

    private final List<ImportedLimit> limits = new ArrayList<>();
    private final List<ImportFinding> findings = new ArrayList<>();
    private final LimitIds ids = new LimitIds();
    private final Set<String> names = new TreeSet<>();

    /** Converts domains, each with its descriptors. */
    void convert(List<DescriptorDomain> domains) {
        domains.forEach(domain -> collectNames(domain.children()));
        for (DescriptorDomain domain : domains) {
            if (isPossible(domain)) {
                convert(domain.children(), DescriptorPath.of(domain.name()));
            }
        }
    }

    List<ImportedLimit> limits() {
        return limits;
    }

    List<ImportFinding> findings() {
        return findings;
    }

    private void collectNames(List<DescriptorNode> nodes) {
        for (DescriptorNode node : nodes) {
            if (node.limit() != null && !node.limit().name().isEmpty()) {
                names.add(node.limit().name());
            }
            collectNames(node.children());
        }
    }

    /** Whether requests can name the domain; an account that has no such name is called by its hash. */
    private boolean isPossible(DescriptorDomain domain) {
        String text = "domain " + domain.name();
        if (domain.name().length() > AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX
                || domain.name().chars().anyMatch(Character::isISOControl)) {
            add(
                    Kind.LOST,
                    domain.place(),
                    text + " and all below it",
                    "a request names it in at most " + AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX
                            + " characters, no control characters",
                    "rename the domain, there and in Envoy");
            return false;
        }
        if (!isAccount(domain.name())) {
            add(
                    Kind.NOTE,
                    domain.place(),
                    text,
                    "no account can have that name, so it is called by a hash of it",
                    "rename the domain, there and in Envoy, to find it in decisions");
        }
        return true;
    }

    private static boolean isAccount(String domain) {
        try {
            return ClientId.parse("domain", domain).account().equals(domain) && !domain.startsWith(ANONYMOUS);
        } catch (WireException e) {
            return false;
        }
    }

    private void add(Kind kind, SourcePlace place, String text, String reason, String instead) {
        findings.add(new ImportFinding(kind, place, text, reason, instead));
    }

    private void convert(List<DescriptorNode> siblings, DescriptorPath path) {
        DescriptorAliases.look(siblings, findings);
        Map<String, List<DescriptorNode>> byKey = new LinkedHashMap<>();
        for (DescriptorNode node : siblings) {
            byKey.computeIfAbsent(node.key(), absent -> new ArrayList<>()).add(node);
        }
        for (List<DescriptorNode> sameKey : byKey.values()) {
            Map<DescriptorNode, List<DescriptorNode>> groups = AlikeDescriptors.groups(sameKey);
            for (DescriptorNode node : sameKey) {
                List<DescriptorNode> group = groups.getOrDefault(node, List.of(node));
                if (group.get(0) == node && isPossible(node, path)) {
                    convert(node, group, sameKey, path);
                }
            }
        }
    }

    /** Whether requests can carry the entry of a descriptor, and limits can ask for it. */
    private boolean isPossible(DescriptorNode node, DescriptorPath path) {
        String attribute = path.attribute(node.key());
        String keys = DescriptorAttributes.keys(plus(path.keys(), node.key()));
        String reason = null;
        if (node.isKeyWildcard()) {
            reason = "a key that ends in * stands for every key that begins so, and a limit names its attributes";
        } else if (attribute.equals(DescriptorAttributes.DOMAIN) || attribute.equals(DescriptorAttributes.KEYS)) {
            reason = "the attribute " + attribute + " says something else";
        } else if (attribute.length() > AdmissionRequest.ATTRIBUTE_NAME_CHARS_MAX) {
            reason = "an attribute's name has at most " + AdmissionRequest.ATTRIBUTE_NAME_CHARS_MAX + " characters";
        } else if (Math.max(keys.length(), node.value().length()) > AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX) {
            reason = "a value, and all keys together, have at most " + AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX
                    + " characters";
        } else if ((node.key() + node.value()).chars().anyMatch(Character::isISOControl)) {
            reason = "requests carry no control characters";
        }
        if (reason != null) {
            add(
                    Kind.LOST,
                    node.place(),
                    node.shown() + (node.children().isEmpty() ? "" : " and all below it"),
                    reason,
                    "use another key, there and in Envoy");
        }
        return reason == null;
    }

    private static List<String> plus(List<String> items, String item) {
        List<String> more = new ArrayList<>(items);
        more.add(item);
        return more;
    }

    private void convert(
            DescriptorNode node, List<DescriptorNode> group, List<DescriptorNode> sameKey, DescriptorPath path) {
        boolean isGroup = group.size() > 1;
        ValueExpectation expected = isGroup
                ? ValueExpectation.exactly(
                        group.stream().map(DescriptorNode::value).toList())
                : ValueExpectation.of(node, sameKey);
        DescriptorNode never = expected.never();
        if (never != null) {
            add(
                    Kind.NOTE,
                    node.place(),
                    node.shown(),
                    "it never applies, since " + never.shown() + " at " + never.place() + " takes all of its values",
                    "nothing to do; or put it before the other");
            return;
        }
        if (node.value().substring(0, Math.max(0, node.value().length() - 1)).contains("*")) {
            add(
                    Kind.CHANGED,
                    node.place(),
                    node.shown(),
                    "a * inside a value is itself here, as in ratelimit up to January 2026; later versions match"
                            + " anything there",
                    "write one descriptor for each value, or for each beginning");
        }
        boolean isOpen = isGroup || node.value().isEmpty() || node.isWildcard();
        boolean counts = isOpen && !node.has(Flag.SHARE_THRESHOLD);
        String name = isGroup ? node.compositeKey() + "-and-" + (group.size() - 1) + "-more" : node.compositeKey();
        DescriptorPath next = path.then(node, name, expected, counts);
        DescriptorLimit limit = node.limit();
        if (limit != null) {
            look(node, limit);
            if (!limit.isUnlimited()) {
                limits.add(new ImportedLimit(
                        group.stream().map(DescriptorNode::place).toList(), tree(node, limit, next)));
            }
        }
        convert(node.children(), next);
    }

    /** Notes what a limit does that the ruleset does not, or does in another way. */
    private void look(DescriptorNode node, DescriptorLimit limit) {
        String text = node.shown();
        for (String replaced : limit.replaces()) {
            boolean isThere = names.contains(replaced);
            add(
                    isThere ? Kind.LOST : Kind.NOTE,
                    limit.place(),
                    text + " replaces " + replaced,
                    isThere
                            ? "all limits that match apply, so a request with both descriptors meets both limits"
                            : "no limit has that name",
                    isThere ? "let Envoy send only one of the two descriptors" : "nothing to do");
        }
        if (limit.isUnlimited()) {
            add(
                    Kind.NOTE,
                    limit.place(),
                    text + " is unlimited",
                    "no limit applies to it, so answers name none",
                    "nothing to do");
        } else if (limit.requestsPerUnit() == 0) {
            add(
                    Kind.NOTE,
                    limit.place(),
                    text + ": requests_per_unit: 0",
                    "a limit of 1 that is kept for priority critical refuses everything else",
                    "never send priority critical, or use a deny list");
        } else if (limit.unit() == WindowUnit.MONTH || limit.unit() == WindowUnit.YEAR) {
            add(
                    Kind.NOTE,
                    limit.place(),
                    text + ": unit: " + limit.unit().toString().toLowerCase(Locale.ROOT),
                    "a window of " + limit.unit().duration() + " from 1970-01-01, as in ratelimit",
                    "window: {calendar: month} or {calendar: year} if the calendar is meant");
        }
        if (node.has(Flag.QUOTA_MODE)) {
            add(
                    Kind.CHANGED,
                    node.place(),
                    text + ": quota_mode",
                    "it counts and never refuses, as in ratelimit up to January 2026; later versions refuse a request"
                            + " whose quota descriptors are all over their limits",
                    "remove mode: shadow to refuse");
        }
        if (node.has(Flag.DETAILED_METRIC) || node.has(Flag.VALUE_TO_METRIC)) {
            add(
                    Kind.NOTE,
                    node.place(),
                    text + ": detailed_metric or value_to_metric",
                    "metrics have no values of callers; each decision record has the limit and its scope value",
                    "count decisions by limit and scope");
        }
    }

    private Map<String, Object> tree(DescriptorNode node, DescriptorLimit limit, DescriptorPath path) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put(DescriptorAttributes.DOMAIN, path.domain());
        attributes.put(DescriptorAttributes.KEYS, DescriptorAttributes.keys(path.keys()));
        attributes.putAll(path.attributes());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", ids.of(path.domain() + "." + String.join(".", path.names())));
        if (!limit.name().isEmpty()) {
            tree.put("description", limit.name());
        }
        tree.put("match", Map.of("attributes", attributes));
        tree.put("scope", scope(path.scope()));
        tree.put("algorithm", "fixed-window");
        tree.put("limit", Math.max(1, limit.requestsPerUnit()));
        tree.put("window", Map.of("per", duration(limit.unit())));
        if (limit.requestsPerUnit() == 0) {
            tree.put("keepFor", Map.of("critical", "100%"));
        }
        if (node.neverRefuses()) {
            tree.put("mode", "shadow");
        }
        return tree;
    }

    private static String duration(@Nullable WindowUnit unit) {
        if (unit == null) {
            throw new IllegalStateException("unlimited (expected: a limit with a unit)");
        }
        return unit.duration();
    }

    private static Object scope(List<String> scope) {
        if (scope.isEmpty()) {
            return "account";
        }
        return scope.size() == 1 ? scope.get(0) : scope;
    }
}
