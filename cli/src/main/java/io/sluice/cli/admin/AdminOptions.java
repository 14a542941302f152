package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches the admin port. The key is never on the command line, where others see it. */
public final class AdminOptions {
    private static final String KEY_VARIABLE = "SLUICE_ADMIN_KEY";
    private static final String STANDARD_URL = "http://127.0.0.1:8081";

    @Option(
            names = "--admin-url",
            defaultValue = "${env:SLUICE_ADMIN_URL}",
            description = "Admin port of a request API (or $SLUICE_ADMIN_URL; default: " + STANDARD_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--admin-key-file",
            defaultValue = "${env:SLUICE_ADMIN_KEY_FILE}",
            description = "File with the key (or the key itself in $" + KEY_VARIABLE + ").")
    private @Nullable Path keyFile;

    /** Whether somebody named an admin port. */
    public boolean isGiven() {
        return url != null;
    }

    public AdminClient client() throws CommandFailure {
        String chosen = url == null ? STANDARD_URL : url;
        try {
            URI base = URI.create(chosen.endsWith("/") ? chosen.substring(0, chosen.length() - 1) : chosen);
            if (base.getHost() == null) {
                throw new CommandFailure("admin URL " + chosen + " (expected: http://host:port)");
            }
            return new AdminClient(base, key());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("admin URL " + chosen + " (expected: http://host:port)", e);
        }
    }

    private @Nullable String key() throws CommandFailure {
        try {
            String key = keyFile == null ? System.getenv(KEY_VARIABLE) : Files.readString(keyFile);
            return key == null || key.isBlank() ? null : key.strip();
        } catch (IOException e) {
            throw new CommandFailure("admin key file " + keyFile + " cannot be read: " + e.getMessage(), e);
        }
    }
}
