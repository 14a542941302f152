package io.sluice.cli.roles;

import io.sluice.api.auth.JwtConfig;
import io.sluice.cli.CommandFailure;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the issuer whose JWTs both ports accept; without a JWKS URL, none are accepted. */
final class JwtOptions {
    @Option(
            names = "--jwks-url",
            paramLabel = "URL",
            defaultValue = "${env:SLUICE_JWKS_URL}",
            description = "Accept JWTs signed with a key published here: https, a file, or http on a loopback"
                    + " address (or $SLUICE_JWKS_URL).")
    private @Nullable String jwks;

    @Option(
            names = "--jwt-issuer",
            paramLabel = "TEXT",
            defaultValue = "${env:SLUICE_JWT_ISSUER}",
            description = "Required value of iss (or $SLUICE_JWT_ISSUER).")
    private @Nullable String issuer;

    @Option(
            names = "--jwt-audience",
            paramLabel = "TEXT",
            defaultValue = "${env:SLUICE_JWT_AUDIENCE}",
            description = "Value that aud must contain (or $SLUICE_JWT_AUDIENCE).")
    private @Nullable String audience;

    @Option(
            names = "--jwt-roles-claim",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_JWT_ROLES_CLAIM:-" + JwtConfig.ROLES_CLAIM + "}",
            description = "The claim with roles for the admin port (or $SLUICE_JWT_ROLES_CLAIM; default: "
                    + JwtConfig.ROLES_CLAIM + "); scope may have sluice:ROLE, too.")
    private String rolesClaim = JwtConfig.ROLES_CLAIM;

    @Option(
            names = "--jwt-accounts-claim",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_JWT_ACCOUNTS_CLAIM:-" + JwtConfig.ACCOUNTS_CLAIM + "}",
            description = "The claim with accounts for the data port (or $SLUICE_JWT_ACCOUNTS_CLAIM; default: "
                    + JwtConfig.ACCOUNTS_CLAIM + ").")
    private String accountsClaim = JwtConfig.ACCOUNTS_CLAIM;

    /** The issuer; null for none. */
    @Nullable JwtConfig read() throws CommandFailure {
        if (jwks == null) {
            if (issuer != null || audience != null) {
                throw new CommandFailure("JWT issuer or audience without --jwks-url (expected: all three)");
            }
            return null;
        }
        if (issuer == null || audience == null) {
            throw new CommandFailure("--jwks-url without --jwt-issuer or --jwt-audience (expected: all three)");
        }
        try {
            URI uri = jwks.contains(":") ? URI.create(jwks) : Path.of(jwks).toUri();
            return new JwtConfig(uri, issuer, audience, rolesClaim, accountsClaim);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
