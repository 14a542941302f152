package io.sluice.api.auth;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * The console as a client of the issuer of tokens: a public client, without a secret, that uses the code flow with PKCE
 * (RFC 6749, RFC 7636, OpenID Connect). The server only gives these values to the page.
 *
 * @param issuer the URL of the issuer, as in its discovery document and its tokens
 * @param clientId the console, as the issuer knows it
 * @param scope the requested scopes, which include {@code openid}
 */
public record OidcClient(URI issuer, String clientId, String scope) {
    /** Asks for a name, and for nothing else. */
    public static final String SCOPE = "openid";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int CHARS_MAX = 256;

    public OidcClient {
        if (!isTrustworthy(issuer)) {
            throw new IllegalArgumentException("JWT issuer " + issuer
                    + " (expected for signing in: https://..., or http on a loopback address, without a query)");
        }
        within("OIDC client ID", clientId);
        within("OIDC scope", scope);
        if (!Set.of(scope.split(" ", -1)).contains(SCOPE)) {
            throw new IllegalArgumentException("OIDC scope: " + scope + " (expected: openid among its words)");
        }
    }

    /** Somebody who can change the issuer's documents can impersonate the console. */
    private static boolean isTrustworthy(URI issuer) {
        if (issuer.getScheme() == null
                || issuer.getHost() == null
                || issuer.getUserInfo() != null
                || issuer.getQuery() != null
                || issuer.getFragment() != null) {
            return false;
        }
        return switch (issuer.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> true;
            case "http" -> THIS_MACHINE.contains(issuer.getHost().toLowerCase(Locale.ROOT));
            default -> false;
        };
    }

    private static void within(String name, String value) {
        if (value.isBlank() || value.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    name + ": " + value.length() + " characters (expected: 1.." + CHARS_MAX + ", not blank)");
        }
    }

    /** The one place beside its own server that the page may call: {@code https://issuer.example}. */
    public String origin() {
        return issuer.getScheme().toLowerCase(Locale.ROOT) + "://"
                + issuer.getHost().toLowerCase(Locale.ROOT) + (issuer.getPort() < 0 ? "" : ":" + issuer.getPort());
    }
}
