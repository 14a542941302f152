package io.sluice.cli.rules.imports;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A configuration of Envoy's rate limit service with whatever can be carried over, at random. */
final class RandomConfiguration {
    private static final List<String> KEYS = List.of("ip", "path", "generic_key");
    private static final List<String> VALUES =
            List.of("", "a", "ab", "abc", "a*", "ab*", "b*", "*", "v0", "v*", "other");
    private static final List<String> UNITS = List.of("second", "minute", "hour", "day", "week");

    private RandomConfiguration() {}

    static String of(SplittableRandom random) {
        return "domain: d\ndescriptors: " + descriptors(random, 1) + "\n";
    }

    private static String descriptors(SplittableRandom random, int level) {
        Set<String> seen = new HashSet<>();
        StringBuilder text = new StringBuilder("[");
        int count = random.nextInt(1, 9);
        for (int i = 0; i < count; i++) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            String value = VALUES.get(random.nextInt(VALUES.size()));
            if (seen.add(key + "_" + value)) {
                text.append(seen.size() == 1 ? "" : ", ").append(descriptor(random, level, key, value));
            }
        }
        return text.append("]").toString();
    }

    private static String descriptor(SplittableRandom random, int level, String key, String value) {
        StringBuilder text = new StringBuilder("{key: " + key);
        if (!value.isEmpty()) {
            text.append(", value: \"").append(value).append('"');
        }
        if (value.endsWith("*") && random.nextInt(3) == 0) {
            text.append(", share_threshold: true");
        }
        if (random.nextInt(4) != 0) {
            String unit = UNITS.get(random.nextInt(UNITS.size()));
            text.append(", rate_limit: ");
            text.append(
                    random.nextInt(10) == 0
                            ? "{unlimited: true}"
                            : "{unit: " + unit + ", requests_per_unit: " + random.nextInt(12) + "}");
        }
        if (random.nextInt(8) == 0) {
            text.append(", shadow_mode: true");
        }
        if (level < 3 && random.nextInt(3) == 0) {
            text.append(", descriptors: ").append(descriptors(random, level + 1));
        }
        return text.append('}').toString();
    }
}
