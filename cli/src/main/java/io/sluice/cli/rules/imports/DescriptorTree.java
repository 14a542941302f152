package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.DescriptorNode.Flag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree of descriptors that finds the limit of a request like Envoy's rate limit service.
 *
 * <p>It goes down one level for each entry. On a level it takes the descriptor with the entry's key and value, else the
 * first with a wildcard that fits, else the one with the key alone, and never turns back. Only a limit of the last
 * entry's level counts: one that is nearer to the root does not.
 */
final class DescriptorTree {
    /** The descriptors of one level. */
    private static final class Level {
        private final Map<String, DescriptorNode> nodes = new HashMap<>();
        private final Map<String, Level> below = new HashMap<>();
        private final List<String> wildcards = new ArrayList<>();

        Level(List<DescriptorNode> siblings) {
            for (DescriptorNode node : siblings) {
                nodes.put(node.compositeKey(), node);
                if (!node.children().isEmpty()) {
                    below.put(node.compositeKey(), new Level(node.children()));
                }
                if (node.isWildcard()) {
                    wildcards.add(node.compositeKey());
                }
            }
        }

        /** The key of the descriptor for this entry; null if there is none. */
        @Nullable String find(DescriptorEntry entry) {
            String exact = entry.key() + "_" + entry.value();
            if (nodes.containsKey(exact)) {
                return exact;
            }
            for (String wildcard : wildcards) {
                if (exact.startsWith(wildcard.substring(0, wildcard.length() - 1))) {
                    return wildcard;
                }
            }
            return nodes.containsKey(entry.key()) ? entry.key() : null;
        }
    }

    /**
     * What was found.
     *
     * @param counter names what is counted: domain, keys and values, those with a shared threshold by their wildcard
     */
    record Found(DescriptorLimit limit, DescriptorNode node, String counter) {}

    private final Map<String, Level> domains = new HashMap<>();

    DescriptorTree(List<DescriptorDomain> domains) {
        domains.forEach(domain -> this.domains.put(domain.name(), new Level(domain.children())));
    }

    /** The limit of a descriptor; null if it has none. */
    @Nullable Found find(String domain, List<DescriptorEntry> entries) {
        Level level = domains.get(domain);
        StringBuilder counter = new StringBuilder(domain).append('_');
        for (int i = 0; i < entries.size() && level != null; i++) {
            DescriptorEntry entry = entries.get(i);
            String key = level.find(entry);
            DescriptorNode node = key == null ? null : level.nodes.get(key);
            if (key == null || node == null) {
                return null;
            }
            boolean shares = node.has(Flag.SHARE_THRESHOLD)
                    && !key.equals(entry.key() + "_" + entry.value())
                    && !key.equals(entry.key());
            String counted =
                    shares ? key.substring(Math.min(key.length(), entry.key().length() + 1)) : entry.value();
            counter.append(entry.key()).append('_').append(counted).append('_');
            if (i == entries.size() - 1) {
                return node.limit() == null ? null : new Found(node.limit(), node, counter.toString());
            }
            level = level.below.get(key);
        }
        return null;
    }
}
