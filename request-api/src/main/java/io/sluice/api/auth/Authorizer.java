package io.sluice.api.auth;

import io.sluice.api.gateways.TrustedProxies;
import io.sluice.api.http.HttpAnswer;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The check of authentication and permission before every route of one port that is not for everybody. */
public final class Authorizer {
    /** The header that carries the token. */
    public static final String HEADER = Access.HEADER;

    private final Access access;
    private final TrustedProxies proxies;
    private final AuthFailures refusals;

    /** For a port that trusts no proxy. */
    public Authorizer(Access access, AuthFailures refusals) {
        this(access, TrustedProxies.NONE, refusals);
    }

    public Authorizer(Access access, TrustedProxies proxies, AuthFailures refusals) {
        this.access = access;
        this.proxies = proxies;
        this.refusals = refusals;
    }

    /** The caller, without ever waiting; null if a token has to be verified first. */
    public @Nullable Authentication recall(@Nullable String authorization) {
        return access.recall(authorization);
    }

    /** The caller; may wait for the keys of an issuer. */
    public Authentication authenticate(@Nullable String authorization) {
        return access.authenticate(authorization);
    }

    /**
     * The answer to a caller that has no permission, which is counted; null for one that has it.
     *
     * @param peer the address at the other end of the connection; null if it has none
     */
    public @Nullable HttpAnswer refusalOf(
            Authentication authentication, Permission permission, @Nullable InetAddress peer) {
        if (authentication instanceof Authentication.Refused && permission.admitsProxies() && proxies.isTrusted(peer)) {
            // The token is that of the proxy's own caller, and may be for another service.
            return null;
        }
        if (authentication instanceof Authentication.Refused refused) {
            return refusals.unauthenticated(refused.refusal());
        }
        Caller caller = ((Authentication.Authenticated) authentication).caller();
        Role role = permission.role();
        return role == null || caller.may(role) ? null : refusals.withoutRole(caller, role);
    }
}
