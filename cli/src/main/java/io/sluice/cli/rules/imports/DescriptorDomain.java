package io.sluice.cli.rules.imports;

import java.util.List;

/** A domain of Envoy's rate limit service: what its requests name, and the descriptors of the first level. */
record DescriptorDomain(SourcePlace place, String name, List<DescriptorNode> children) {
    DescriptorDomain {
        children = List.copyOf(children);
    }
}
