package io.sluice.cli.admission;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.CallerKey;
import io.sluice.cli.admin.CallerTlsOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for reaching the data port. The key is never on the command line, where others could see it. */
final class DataOptions {
    private static final String KEY_VARIABLE = "SLUICE_KEY";
    private static final String STANDARD_URL = "http://127.0.0.1:8080";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:SLUICE_URL:-" + STANDARD_URL + "}",
            description = "Data port of a request API (or $SLUICE_URL; default: " + STANDARD_URL + ").")
    private String url = STANDARD_URL;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_KEY_FILE}",
            description = "File with the key or token (or the key or token itself in $" + KEY_VARIABLE + ").")
    private @Nullable Path keyFile;

    @Mixin
    private CallerTlsOptions tls = new CallerTlsOptions();

    AdminClient client() throws CommandFailure {
        return AdminClient.of("data", url, CallerKey.of("--key-file", keyFile, KEY_VARIABLE), tls.read());
    }
}
