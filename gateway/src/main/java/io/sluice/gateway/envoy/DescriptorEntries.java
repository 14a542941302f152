package io.sluice.gateway.envoy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one descriptor, in their order, from Envoy's rate limit filter or its authorization filter.
 */
final class DescriptorEntries {
    private record Entry(String key, String value) {}

    private final List<Entry> entries = new ArrayList<>();

    DescriptorEntries with(String key, String value) {
        entries.add(new Entry(key, value));
        return this;
    }

    int size() {
        return entries.size();
    }

    boolean hasAny(List<String> keys) {
        return entries.stream().anyMatch(entry -> keys.contains(entry.key()));
    }

    /** The value of the first of these keys that has one; null if none has. */
    @Nullable String first(List<String> keys) {
        for (String key : keys) {
            for (Entry entry : entries) {
                if (entry.key().equals(key) && !entry.value().isEmpty()) {
                    return entry.value();
                }
            }
        }
        return null;
    }

    /** The keys as one text, separated by commas; a comma or backslash in a key has a backslash before it. */
    String keys(List<String> without) {
        StringBuilder keys = new StringBuilder();
        for (Entry entry : entries) {
            if (!without.contains(entry.key())) {
                keys.append(keys.length() == 0 ? "" : ",")
                        .append(entry.key().replace("\\", "\\\\").replace(",", "\\,"));
            }
        }
        return keys.toString();
    }

    /** The values by key; a repeated key gets a number, as in {@code generic_key#2}. */
    Map<String, String> values(List<String> without) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (!without.contains(entry.key())) {
                int count = seen.merge(entry.key(), 1, Integer::sum);
                values.put(count == 1 ? entry.key() : entry.key() + "#" + count, entry.value());
            }
        }
        return values;
    }
}
