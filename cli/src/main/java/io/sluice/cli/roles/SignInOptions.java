package io.sluice.cli.roles;

import io.sluice.api.auth.OidcClient;
import io.sluice.cli.CommandFailure;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for signing in to the console with the issuer of tokens; without a client ID, people sign in by key
 * only.
 */
final class SignInOptions {
    @Option(
            names = "--oidc-client-id",
            paramLabel = "TEXT",
            defaultValue = "${env:SLUICE_OIDC_CLIENT_ID}",
            description = "Client ID of the console at the JWT issuer (a public client), with which it signs people in "
                    + "(or $SLUICE_OIDC_CLIENT_ID).")
    private @Nullable String clientId;

    @Option(
            names = "--oidc-scope",
            paramLabel = "WORDS",
            defaultValue = "${env:SLUICE_OIDC_SCOPE:-" + OidcClient.SCOPE + "}",
            description = "Scope that the console requests from the issuer (or $SLUICE_OIDC_SCOPE; default: "
                    + OidcClient.SCOPE + ").")
    private String scope = OidcClient.SCOPE;

    /**
     * The client; null for none.
     *
     * @param issuer of the tokens that the ports accept; null for none
     */
    @Nullable OidcClient read(@Nullable String issuer) throws CommandFailure {
        if (clientId == null) {
            return null;
        }
        if (issuer == null) {
            throw new CommandFailure("--oidc-client-id without --jwks-url and --jwt-issuer (expected: all of them)");
        }
        try {
            return new OidcClient(URI.create(issuer), clientId, scope);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
