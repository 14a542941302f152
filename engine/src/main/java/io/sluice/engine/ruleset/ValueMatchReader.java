package io.sluice.engine.ruleset;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a value must be.
 *
 * <pre>
 *   plan: gold                      this value
 *   plan: [gold, silver]            one of these
 *   agent: {prefix: "bot/"}         begins with this
 *   ip: {cidr: [10.0.0.0/8, ::1]}   an address in one of these ranges
 * </pre>
 */
final class ValueMatchReader {
    private static final Set<String> KEYS = Set.of("prefix", "cidr");

    private ValueMatchReader() {}

    /** The member {@code attributes} of a matcher, by attribute name. */
    static Map<String, ValueMatch> attributes(DocumentSection match) {
        DocumentSection section = match.section("attributes", Set.of());
        Map<String, ValueMatch> attributes = new LinkedHashMap<>();
        for (String name : section.names()) {
            ValueMatch value = read(section, name);
            if (value != null) {
                attributes.put(name, value);
            }
        }
        return attributes;
    }

    private static @Nullable ValueMatch read(DocumentSection section, String name) {
        if (!(section.raw(name) instanceof Map<?, ?>)) {
            List<String> values = section.texts(name);
            if (values.isEmpty() && section.raw(name) instanceof List<?>) {
                section.problem(name, "[] (expected: at least one value)");
            }
            return values.isEmpty() ? null : new ValueMatch.OneOf(new HashSet<>(values));
        }
        DocumentSection form = section.section(name, KEYS);
        if (form.has("prefix") == form.has("cidr")) {
            section.problem(name, section.raw(name) + " (expected: either prefix or cidr)");
            return null;
        }
        return form.has("prefix")
                ? new ValueMatch.Prefix(form.text("prefix", ""))
                : form.parsed(
                        "cidr",
                        it -> new ValueMatch.InRanges(
                                it.texts("cidr").stream().map(IpRange::of).toList()));
    }
}
