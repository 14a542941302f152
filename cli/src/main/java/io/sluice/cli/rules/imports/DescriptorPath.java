package io.sluice.cli.rules.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way from a domain down to a descriptor, as what a limit asks of attributes and counts by.
 *
 * @param keys of the entries so far
 * @param names of the descriptors so far, for people
 * @param attributes what attributes of a request must be, as a document has it
 * @param scope attributes that a limit here counts by
 */
record DescriptorPath(
        String domain, List<String> keys, List<String> names, Map<String, Object> attributes, List<String> scope) {

    static DescriptorPath of(String domain) {
        return new DescriptorPath(domain, List.of(), List.of(), Map.of(), List.of());
    }

    /** The attribute of the next entry. */
    String attribute(String key) {
        return DescriptorAttributes.name(key, keys);
    }

    /**
     * One level further down.
     *
     * @param expected what the value must be; null for any
     * @param counts whether each value has a counter of its own
     */
    DescriptorPath then(DescriptorNode node, String name, ValueExpectation expected, boolean counts) {
        List<String> nextKeys = plus(keys, node.key());
        Map<String, Object> next = new LinkedHashMap<>(attributes);
        if (expected.tree() != null) {
            next.put(attribute(node.key()), expected.tree());
        }
        return new DescriptorPath(
                domain,
                nextKeys,
                plus(names, name),
                next,
                counts ? plus(scope, "attribute:" + attribute(node.key())) : scope);
    }

    private static List<String> plus(List<String> items, String item) {
        List<String> more = new ArrayList<>(items);
        more.add(item);
        return List.copyOf(more);
    }
}
