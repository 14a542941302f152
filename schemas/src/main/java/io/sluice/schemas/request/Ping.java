package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/** A query whether a partition has an owner. The task that owns it answers with the ruleset revision in force. */
public record Ping() implements Query {
    @Override
    public @Nullable ClientId clientId() {
        return null;
    }
}
