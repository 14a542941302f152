package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a condition on a value.
 *
 * <pre>
 *   plan: gold                      this value
 *   plan: [gold, silver]            one of these
 *   agent: {prefix: "bot/"}         begins with this
 *   ip: {cidr: [10.0.0.0/8, ::1]}   an address in one of these ranges
 *   plan: {except: [gold, silver]}  any other value; beside a prefix, any other with that prefix
 *   path: {except: [{prefix: /in}]} any value that does not begin with this
 * </pre>
 */
final class ValueMatchReader {
    private static final Set<String> KEYS = Set.of("prefix", "cidr", "except");
    private static final Set<String> EXCEPTED_KEYS = Set.of("prefix");

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
        if (form.has("cidr") ? form.has("prefix") || form.has("except") : !form.has("prefix") && !form.has("except")) {
            section.problem(name, section.raw(name) + " (expected: prefix, except or both; or else cidr)");
            return null;
        }
        if (form.has("except")) {
            return except(form);
        }
        return form.has("prefix")
                ? new ValueMatch.Prefix(form.text("prefix", ""))
                : form.parsed(
                        "cidr",
                        it -> new ValueMatch.InRanges(
                                it.texts("cidr").stream().map(IpRange::of).toList()));
    }

    private static ValueMatch except(DocumentSection form) {
        String prefix = form.has("prefix") ? form.text("prefix", "") : "";
        Set<String> values = new HashSet<>();
        List<String> prefixes = new ArrayList<>();
        List<?> items = form.raw("except") instanceof List<?> list ? list : List.of(form.raw("except"));
        if (items.isEmpty()) {
            form.problem("except", "[] (expected: at least one value)");
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof String value) {
                values.add(value);
            } else if (items.get(i) instanceof Map<?, ?> item) {
                prefixes.add(form.item("except", i, item, EXCEPTED_KEYS).text("prefix", ""));
            } else {
                form.problem("except", items.get(i) + " (expected: a string, {prefix: ...} or a list of these)");
            }
        }
        return new ValueMatch.Except(prefix, values, prefixes);
    }
}
