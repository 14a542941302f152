package io.sluice.cli.rules.imports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code rate_limit} of Envoy's rate limit service.
 *
 * @param unit null if it is unlimited
 * @param name empty for none
 * @param replaces names of limits that do not count beside this one
 */
record DescriptorLimit(
        SourcePlace place, @Nullable WindowUnit unit, long requestsPerUnit, String name, List<String> replaces) {
    DescriptorLimit {
        replaces = List.copyOf(replaces);
    }

    boolean isUnlimited() {
        return unit == null;
    }
}
