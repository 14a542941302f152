package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Records of one kind, each of which must be expected and there once; every message names the record. */
final class SeenOnce {
    private static final int SHOWN_MAX = 10;

    private final String kind;
    private final Set<String> seen = new HashSet<>();

    /**
     * None seen yet.
     *
     * @param kind what stands before a name in messages
     */
    SeenOnce(String kind) {
        this.kind = kind;
    }

    /** What is expected of the record, which is seen for the first time. */
    <T> T expected(String name, @Nullable T expected, Object found) {
        if (expected == null) {
            throw new AssertionError(kind + name + ": expected none but was " + found);
        }
        assertThat(seen.add(name))
                .as("%s%s: expected once but was there twice", kind, name)
                .isTrue();
        return expected;
    }

    /** Asserts that all these were seen. */
    void assertNoneMissing(String kinds, Stream<String> names) {
        assertNoneMissing(kinds, names, seen);
    }

    static void assertNoneMissing(String kinds, Stream<String> names, Set<String> seen) {
        assertThat(names.filter(name -> !seen.contains(name)).limit(SHOWN_MAX))
                .as("%s (the first %s)", kinds, SHOWN_MAX)
                .isEmpty();
    }
}
