package io.sluice.cli.rules.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of an entry for which one of several descriptors with the same key is chosen: an exact value comes
 * first, then wildcards in their order, and the key alone comes last.
 *
 * @param tree the same as a ruleset has it; null for any value
 * @param never the descriptor that takes all of its values before; null if it has some left
 */
record ValueExpectation(@Nullable Object tree, @Nullable DescriptorNode never) {

    /** One of these values, which are all exact. */
    static ValueExpectation exactly(List<String> values) {
        return new ValueExpectation(values.size() == 1 ? values.get(0) : List.copyOf(values), null);
    }

    /**
     * What is left for a descriptor.
     *
     * @param alike the descriptors of its level with its key, itself included, in the order of the file
     */
    static ValueExpectation of(DescriptorNode node, List<DescriptorNode> alike) {
        if (!node.value().isEmpty() && !node.isWildcard()) {
            return exactly(List.of(node.value()));
        }
        String prefix = node.value().isEmpty() ? "" : node.prefix();
        List<Object> except = new ArrayList<>();
        boolean isEarlier = true;
        for (DescriptorNode other : alike) {
            isEarlier &= other != node;
            if (other == node || other.value().isEmpty()) {
                continue;
            }
            if (!other.isWildcard()) {
                if (other.value().startsWith(prefix)) {
                    except.add(other.value());
                }
            } else if (isEarlier || node.value().isEmpty()) {
                if (prefix.startsWith(other.prefix())) {
                    return new ValueExpectation(null, other);
                }
                if (other.prefix().startsWith(prefix)) {
                    except.add(Map.of("prefix", other.prefix()));
                }
            }
        }
        if (prefix.isEmpty() && except.isEmpty()) {
            return new ValueExpectation(null, null);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!prefix.isEmpty()) {
            tree.put("prefix", prefix);
        }
        if (!except.isEmpty()) {
            tree.put("except", except);
        }
        return new ValueExpectation(tree, null);
    }
}
