package io.sluice.cli.rules.imports;

import java.util.List;
import java.util.stream.Collectors;

/** A request to Envoy's rate limit service: whether all of these may happen now. */
record DescriptorRequest(String domain, List<Asked> descriptors, long atMillis) {
    /** One descriptor, and its number of hits. */
    record Asked(List<DescriptorEntry> entries, long hits) {
        Asked {
            entries = List.copyOf(entries);
        }

        @Override
        public String toString() {
            return entries.stream().map(DescriptorEntry::toString).collect(Collectors.joining()) + " hits=" + hits;
        }
    }

    DescriptorRequest {
        descriptors = List.copyOf(descriptors);
    }

    @Override
    public String toString() {
        return "domain " + domain + ", at " + atMillis + " ms: "
                + descriptors.stream().map(Asked::toString).collect(Collectors.joining(", "));
    }
}
