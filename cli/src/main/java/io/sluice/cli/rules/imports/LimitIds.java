package io.sluice.cli.rules.imports;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** A source of valid, unique limit IDs, as close as possible to the original names. */
final class LimitIds {
    private static final int CHARS_MAX = 64;

    private final Set<String> given = new HashSet<>();

    /** A name that no other limit has. */
    String of(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
        String begun = plain.matches("[a-z0-9].*") ? plain : "l" + plain;
        String id = cut(begun, "");
        for (int i = 2; !given.add(id); i++) {
            id = cut(begun, "-" + i);
        }
        return id;
    }

    private static String cut(String text, String suffix) {
        return text.substring(0, Math.min(text.length(), CHARS_MAX - suffix.length())) + suffix;
    }
}
