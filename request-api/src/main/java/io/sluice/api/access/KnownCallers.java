package io.sluice.api.access;

import io.sluice.api.direct.BodyKeeping;
import org.jspecify.annotations.Nullable;

/** Keeps the bodies of those whom {@link Access} knows: a stranger cannot fill the room that all bodies share. */
public final class KnownCallers implements BodyKeeping {
    private final Access access;

    public KnownCallers(Access access) {
        this.access = access;
    }

    @Override
    public @Nullable Boolean recall(@Nullable String authorization) {
        Authentication recalled = access.recall(authorization);
        return recalled == null ? null : recalled instanceof Authentication.Known;
    }

    @Override
    public boolean verify(@Nullable String authorization) {
        return access.authenticate(authorization) instanceof Authentication.Known;
    }
}
