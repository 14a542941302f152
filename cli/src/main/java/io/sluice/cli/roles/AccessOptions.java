package io.sluice.cli.roles;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.JwtConfig;
import io.sluice.api.auth.KeyRing;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.KeysFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which callers the two ports accept: none by default. */
final class AccessOptions {
    private static final Logger LOG = LoggerFactory.getLogger(AccessOptions.class);

    @Option(
            names = {"--keys", "--admin-keys"},
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_KEYS_FILE}",
            description = "Keys of both ports, see `sluice keys create` (or $SLUICE_KEYS_FILE).")
    private @Nullable Path keys;

    @Mixin
    private JwtOptions jwt = new JwtOptions();

    @Option(
            names = "--admin-open",
            description = "Let everybody who reaches the admin port change rules; only for your own machine.")
    private boolean adminOpen;

    @Option(
            names = "--data-open",
            description = "Let everybody who reaches the data port use every account; only behind a gateway that "
                    + "authenticates callers, or on your own machine.")
    private boolean dataOpen;

    /** The authenticated callers: holders of keys, and of tokens. */
    Access known(MeterRegistry registry) throws CommandFailure {
        KeyRing held = keys == null ? KeyRing.of(List.of()) : KeysFile.read(keys);
        JwtConfig issuer = jwt.read();
        return issuer == null ? Access.of(held) : Access.of(held, issuer, registry);
    }

    /** What {@code iss} of tokens must be; null if none are accepted. */
    @Nullable String issuer() throws CommandFailure {
        JwtConfig issuer = jwt.read();
        return issuer == null ? null : issuer.issuer();
    }

    Access admin(Access known) {
        return port("admin", adminOpen, known);
    }

    Access data(Access known) {
        return port("data", dataOpen, known);
    }

    private static Access port(String name, boolean isOpen, Access known) {
        if (isOpen) {
            return Access.open("anonymous");
        }
        if (known.isShut()) {
            LOG.warn("the {} port refuses everybody (expected: --keys, --jwks-url or --{}-open)", name, name);
        }
        return known;
    }
}
