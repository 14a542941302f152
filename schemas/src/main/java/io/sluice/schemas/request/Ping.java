package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/** "Are you there?": answered by the task that owns the partition, with the ruleset revision in force. */
public record Ping() implements Query {
    @Override
    public @Nullable ClientId clientId() {
        return null;
    }
}
