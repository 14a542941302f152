package io.sluice.api.auth;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * The issuer whose tokens are accepted, and the claims that say what their holder may do.
 *
 * @param jwks where the issuer publishes its keys: https, a file, or http on this machine
 * @param issuer the {@code iss} of every token
 * @param audience what {@code aud} must contain
 * @param rolesClaim the claim with roles, a list or words in a string
 * @param accountsClaim the claim with account patterns, a list or words in a string
 */
public record JwtConfig(URI jwks, String issuer, String audience, String rolesClaim, String accountsClaim) {
    public static final String ROLES_CLAIM = "roles";
    public static final String ACCOUNTS_CLAIM = "accounts";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    public JwtConfig {
        if (!isTrustworthy(jwks)) {
            throw new IllegalArgumentException(
                    "JWKS URL " + place(jwks) + " (expected: https://..., file:..., or http on a loopback address)");
        }
        filled("JWT issuer", issuer);
        filled("JWT audience", audience);
        filled("JWT roles claim", rolesClaim);
        filled("JWT accounts claim", accountsClaim);
    }

    /** With roles and accounts in the claims of these names. */
    public static JwtConfig of(URI jwks, String issuer, String audience) {
        return new JwtConfig(jwks, issuer, audience, ROLES_CLAIM, ACCOUNTS_CLAIM);
    }

    /** Anybody who can change the key set can make tokens. */
    private static boolean isTrustworthy(URI jwks) {
        String scheme = jwks.getScheme() == null ? "" : jwks.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> jwks.getPath() != null;
            case "https" -> jwks.getHost() != null && jwks.getUserInfo() == null;
            case "http" ->
                jwks.getUserInfo() == null
                        && jwks.getHost() != null
                        && THIS_MACHINE.contains(jwks.getHost().toLowerCase(Locale.ROOT));
            default -> false;
        };
    }

    private static void filled(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + ": blank (expected: some text)");
        }
    }

    /** The address without its parts that may be secret. */
    String place() {
        return place(jwks);
    }

    private static String place(URI jwks) {
        String host = jwks.getHost() == null ? "" : "//" + jwks.getHost();
        String port = jwks.getPort() < 0 ? "" : ":" + jwks.getPort();
        return jwks.getScheme() + ":" + host + port + (jwks.getRawPath() == null ? "" : jwks.getRawPath());
    }
}
