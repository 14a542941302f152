package io.sluice.engine.controlplane;

/**
 * An access entry as the control plane keeps it.
 *
 * @param id the version of the access entries that began with it
 * @param commandId the command that added it; empty if that is no longer known
 * @param document its text, which a {@link DocumentReader} reads
 * @param untilMillis the log's time at which it ends
 */
public record AccessEntry(long id, String commandId, String document, long untilMillis) {}
