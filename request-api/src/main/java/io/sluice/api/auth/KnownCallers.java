package io.sluice.api.auth;

import io.sluice.api.auth.Authentication.Authenticated;
import org.jspecify.annotations.Nullable;

/**
 * The authentication of callers for a protocol whose threads must not wait. It accepts static keys. Verifying a JWT
 * may wait for the issuer, so a JWT is accepted only after this process has verified it over HTTP.
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
