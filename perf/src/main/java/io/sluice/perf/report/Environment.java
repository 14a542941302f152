package io.sluice.perf.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and on what was measured.
 *
 * @param revision of the project
 * @param flags of the JVM that makes the load
 * @param serverVersion the JVM that was measured last; null if none was a process of its own
 * @param serverFlags its flags
 */
public record Environment(
        String revision,
        Instant date,
        String scale,
        int cores,
        long memoryBytes,
        String version,
        List<String> flags,
        @Nullable String serverVersion,
        List<String> serverFlags) {}
