package io.sluice.engine.controlplane;

import java.util.List;

/**
 * The access entries.
 *
 * @param version one more with every change; 0 before the first
 * @param entries in the order in which they were added
 */
public record AccessState(long version, List<AccessEntry> entries) {
    public static final AccessState EMPTY = new AccessState(0, List.of());

    public AccessState {
        entries = List.copyOf(entries);
    }
}
