package io.sluice.cli.rules.imports;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of a configuration of Envoy's rate limit service, with those that are nested in it.
 *
 * @param value empty for any value
 * @param flags those that are set
 */
record DescriptorNode(
        SourcePlace place,
        String key,
        String value,
        @Nullable DescriptorLimit limit,
        Set<Flag> flags,
        List<DescriptorNode> children) {
    private static final String WILDCARD = "*";

    /** A setting that a descriptor can have in addition to its limit. */
    enum Flag {
        SHADOW_MODE,
        QUOTA_MODE,
        DETAILED_METRIC,
        VALUE_TO_METRIC,
        SHARE_THRESHOLD
    }

    DescriptorNode {
        flags = Set.copyOf(flags);
        children = List.copyOf(children);
    }

    /** Key and value as the service joins them, which is how it tells descriptors of one level apart. */
    String compositeKey() {
        return value.isEmpty() ? key : key + "_" + value;
    }

    /** Whether it matches by how key and value begin. */
    boolean isWildcard() {
        return compositeKey().endsWith(WILDCARD);
    }

    /** Whether the key itself ends in a wildcard, so that it stands for several keys. */
    boolean isKeyWildcard() {
        return value.isEmpty() && key.endsWith(WILDCARD);
    }

    /** How the value of an entry begins that this matches; only of a wildcard in the value. */
    String prefix() {
        return value.substring(0, value.length() - WILDCARD.length());
    }

    boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /** Whether it counts and never refuses. */
    boolean neverRefuses() {
        return has(Flag.SHADOW_MODE) || has(Flag.QUOTA_MODE);
    }

    /** As a person names it: {@code key=value}, or {@code key}. */
    String shown() {
        return value.isEmpty() ? key : key + "=" + value;
    }
}
