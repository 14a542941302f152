package io.sluice.cli.rules.imports;

import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups of descriptors of one level that differ only in their exact value, so that one limit is enough for all.
 */
final class AlikeDescriptors {
    private record Numbers(@Nullable WindowUnit unit, long requestsPerUnit, boolean neverRefuses) {}

    private AlikeDescriptors() {}

    /** The group of each descriptor that is in one, in the order of the file. */
    static Map<DescriptorNode, List<DescriptorNode>> groups(List<DescriptorNode> sameKey) {
        Map<Numbers, List<DescriptorNode>> byNumbers = new LinkedHashMap<>();
        for (DescriptorNode node : sameKey) {
            DescriptorLimit limit = node.limit();
            if (limit != null && isPlain(node, limit)) {
                byNumbers
                        .computeIfAbsent(
                                new Numbers(limit.unit(), limit.requestsPerUnit(), node.neverRefuses()),
                                absent -> new ArrayList<>())
                        .add(node);
            }
        }
        Map<DescriptorNode, List<DescriptorNode>> groups = new IdentityHashMap<>();
        for (List<DescriptorNode> group : byNumbers.values()) {
            if (group.size() >= EnvoyRatelimitConversion.ALIKE_MIN) {
                group.forEach(node -> groups.put(node, group));
            }
        }
        return groups;
    }

    private static boolean isPlain(DescriptorNode node, DescriptorLimit limit) {
        boolean isExact =
                !node.value().isEmpty() && !node.isWildcard() && !node.value().contains("*");
        boolean isShort = node.value().length() <= AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX
                && node.value().chars().noneMatch(Character::isISOControl);
        boolean isNamed = !limit.name().isEmpty() || !limit.replaces().isEmpty();
        return isExact
                && isShort
                && !isNamed
                && !limit.isUnlimited()
                && node.children().isEmpty()
                && hasNoNotes(node);
    }

    /** A flag that is worth a line of the report keeps its descriptor apart. */
    private static boolean hasNoNotes(DescriptorNode node) {
        return node.flags().stream().allMatch(flag -> flag == DescriptorNode.Flag.SHADOW_MODE);
    }
}
