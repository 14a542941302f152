package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.admin.CallerKey;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that select the port of a command: the admin port for any account, or the data port for the caller's
 * own.
 */
final class OwnPortOptions {
    private static final String KEY_VARIABLE = "SLUICE_KEY";
    private static final String STANDARD_URL = "http://127.0.0.1:8080";

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--own", description = "Ask the data port, with a key of the account.")
    private boolean own;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:SLUICE_URL:-" + STANDARD_URL + "}",
            description = "With --own: data port of a request API (or $SLUICE_URL; default: " + STANDARD_URL + ").")
    private String url = STANDARD_URL;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_KEY_FILE}",
            description =
                    "With --own: file with the key or token (or the key or token itself in $" + KEY_VARIABLE + ").")
    private @Nullable Path keyFile;

    AdminClient client() throws CommandFailure {
        return own
                ? AdminClient.of("data", url, CallerKey.of("--key-file", keyFile, KEY_VARIABLE), admin.tlsContext())
                : admin.client();
    }
}
