package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for reaching the admin port. The key is never on the command line, where others could see it. */
public final class AdminOptions {
    private static final String KEY_VARIABLE = "SLUICE_ADMIN_KEY";
    private static final String STANDARD_URL = "http://127.0.0.1:8081";

    @Option(
            names = "--admin-url",
            paramLabel = "URL",
            defaultValue = "${env:SLUICE_ADMIN_URL}",
            description = "Admin port of a request API (or $SLUICE_ADMIN_URL; default: " + STANDARD_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--admin-key-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_ADMIN_KEY_FILE}",
            description = "File with the key (or the key itself in $" + KEY_VARIABLE + ").")
    private @Nullable Path keyFile;

    @Mixin
    private CallerTlsOptions tls = new CallerTlsOptions();

    /** Whether the caller named an admin port. */
    public boolean isGiven() {
        return url != null;
    }

    /** The TLS settings for https connections to either port; null for Java's own. */
    public @Nullable SSLContext tlsContext() throws CommandFailure {
        return tls.read();
    }

    public AdminClient client() throws CommandFailure {
        return AdminClient.of(
                "admin",
                url == null ? STANDARD_URL : url,
                CallerKey.of("--admin-key-file", keyFile, KEY_VARIABLE),
                tls.read());
    }
}
