package io.sluice.cli.rules.imports;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A finder of descriptors on one level that Envoy's rate limit service confuses, because it joins key and value with
 * an underscore: for it, {@code user} with the value {@code id} is {@code user_id}.
 */
final class DescriptorAliases {
    private DescriptorAliases() {}

    static void look(List<DescriptorNode> siblings, List<ImportFinding> findings) {
        Set<String> keys = siblings.stream().map(DescriptorNode::key).collect(Collectors.toSet());
        for (DescriptorNode node : siblings) {
            String composite = node.compositeKey();
            for (int at = composite.indexOf('_'); at > 0; at = composite.indexOf('_', at + 1)) {
                String key = composite.substring(0, at);
                if (!key.equals(node.key()) && keys.contains(key)) {
                    findings.add(new ImportFinding(
                            ImportFinding.Kind.CHANGED,
                            node.place(),
                            node.shown(),
                            "ratelimit takes " + key + "=" + composite.substring(at + 1)
                                    + " for it as well; the ruleset keeps the two keys apart",
                            "nothing to do unless callers send such a value"));
                }
            }
        }
    }
}
