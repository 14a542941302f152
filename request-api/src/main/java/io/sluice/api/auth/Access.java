package io.sluice.api.auth;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.auth.Authentication.Authenticated;
import io.sluice.api.auth.Authentication.Refused;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The authentication of callers by a bearer token: a static key, or a JWT of the one trusted issuer. Without keys and
 * issuer, it refuses every caller, unless the port is open.
 */
public final class Access implements AutoCloseable {
    /** The header field with the token. Nothing else of the request is read for it: no cookie, no query. */
    static final String HEADER = "Authorization";

    private static final String SCHEME = "Bearer ";

    private final KeyRing keys;
    private final @Nullable JwtVerifier tokens;
    private final @Nullable Authenticated everybody;

    private Access(KeyRing keys, @Nullable JwtVerifier tokens, @Nullable Authenticated everybody) {
        this.keys = keys;
        this.tokens = tokens;
        this.everybody = everybody;
    }

    /** Only holders of one of the keys. */
    public static Access of(List<AccessKey> keys) {
        return of(KeyRing.of(keys));
    }

    /** Only holders of one of the keys. */
    public static Access of(KeyRing keys) {
        return new Access(keys, null, null);
    }

    /** Holders of one of the keys, or of a token of the issuer. */
    public static Access of(KeyRing keys, JwtConfig issuer, MeterRegistry registry) {
        return of(keys, JwtVerifier.start(issuer, registry));
    }

    static Access of(KeyRing keys, JwtVerifier tokens) {
        return new Access(keys, tokens, null);
    }

    /**
     * Accepts everybody who reaches the port, under this name, with every role and account: only for your own
     * machine.
     */
    public static Access open(String name) {
        Caller everybody = new Caller(name, EnumSet.allOf(Role.class), AllowedAccounts.ALL);
        return new Access(KeyRing.of(List.of()), null, new Authenticated(everybody));
    }

    /** Whether no caller can be authenticated: there is no key, and no issuer. */
    public boolean isShut() {
        return everybody == null && tokens == null && keys.isEmpty();
    }

    /** Whether everybody may do everything, so that nobody is authenticated. */
    public boolean isOpen() {
        return everybody != null;
    }

    /** Authenticates the caller; a token that was not seen before is verified, which may wait for the issuer's keys. */
    Authentication authenticate(@Nullable String authorization) {
        Authentication recalled = recall(authorization);
        if (recalled != null) {
            return recalled;
        }
        String token = token(authorization);
        return tokens == null || token == null
                ? new Refused(AuthFailure.NO_TOKEN)
                : tokens.authenticate(token, ByteBuffer.wrap(AccessKey.digest(token)));
    }

    /** The same without ever waiting; null if a token has to be verified first. */
    @Nullable Authentication recall(@Nullable String authorization) {
        if (everybody != null) {
            return everybody;
        }
        String token = token(authorization);
        if (token == null) {
            return new Refused(AuthFailure.NO_TOKEN);
        }
        byte[] hash = AccessKey.digest(token);
        Authenticated holder = keys.holder(hash);
        if (holder != null) {
            return holder;
        }
        // A key has no dot, a JWT has.
        return tokens == null || token.indexOf('.') < 0
                ? new Refused(AuthFailure.UNKNOWN_KEY)
                : tokens.recall(ByteBuffer.wrap(hash));
    }

    private static @Nullable String token(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        return token.isEmpty() ? null : token;
    }

    /** Stops fetching the issuer's keys. */
    @Override
    public void close() {
        if (tokens != null) {
            tokens.close();
        }
    }
}
