package io.sluice.api.auth;

import io.sluice.api.auth.Authentication.Authenticated;
import org.jspecify.annotations.Nullable;

/**
 * The callers of the data port for another protocol, whose threads must not wait: holders of static keys. A JWT needs
 * the issuer's keys to be verified, so it counts only once this process has seen it over HTTP.
 */
public final class KnownCallers {
    private final Access access;

    public KnownCallers(Access access) {
        this.access = access;
    }

    /** The accounts of the caller that this proves; null if it proves none. */
    public @Nullable AllowedAccounts accounts(@Nullable String authorization) {
        return access.recall(authorization) instanceof Authenticated authenticated
                ? authenticated.caller().accounts()
                : null;
    }
}
