package io.sluice.cli;

import io.sluice.streams.webhooks.WebhookBounds;
import io.sluice.streams.webhooks.WebhookConfig;
import io.sluice.streams.webhooks.WebhookSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for posting alerts to webhooks. */
public final class WebhookOptions {
    /** More than four secrets need. */
    private static final long SECRET_FILE_BYTES_MAX = 4_096;

    @Option(
            names = "--webhook-url",
            paramLabel = "URL",
            split = " ",
            defaultValue = "${env:SLUICE_WEBHOOK_URLS:-}",
            description = "URL to which alerts are posted, signed; repeatable (or $SLUICE_WEBHOOK_URLS, separated by "
                    + "spaces; default: none).")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--webhook-secret-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_WEBHOOK_SECRET_FILE}",
            description = "File with the secret that signs alerts, whsec_ and Base64; one, or several while secrets "
                    + "are exchanged (or $SLUICE_WEBHOOK_SECRET_FILE).")
    private @Nullable Path secretFile;

    @Option(
            names = "--webhook-timeout-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_WEBHOOK_TIMEOUT_MILLIS:-10000}",
            description = "How long one attempt to post may take (or $SLUICE_WEBHOOK_TIMEOUT_MILLIS; default: 10000).")
    private long timeoutMillis = 10_000;

    @Option(
            names = "--webhook-age-max-minutes",
            paramLabel = "MINUTES",
            defaultValue = "${env:SLUICE_WEBHOOK_AGE_MAX_MINUTES:-1440}",
            description = "An older alert is dropped (or $SLUICE_WEBHOOK_AGE_MAX_MINUTES; default: 1440, a day).")
    private long ageMaxMinutes = 1_440;

    @Option(
            names = "--webhook-refusals-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_WEBHOOK_REFUSALS_MAX:-10}",
            description = "An alert that a receiver has refused this often is dropped (or "
                    + "$SLUICE_WEBHOOK_REFUSALS_MAX; default: 10).")
    private int refusalsMax = 10;

    @Option(names = "--webhook-allow-http", description = "Permit webhook URLs without TLS.")
    private boolean allowHttp;

    @Option(
            names = "--webhook-allow-private",
            description = "Permit webhook addresses of this host and of private networks.")
    private boolean allowPrivate;

    /**
     * The settings of the delivery; null if alerts are posted nowhere.
     *
     * @throws CommandFailure if a URL, the secret or a number cannot be used
     */
    public @Nullable WebhookConfig read(Map<String, String> kafka) throws CommandFailure {
        List<String> given = urls.stream().filter(url -> !url.isBlank()).toList();
        if (given.isEmpty()) {
            return null;
        }
        try {
            return WebhookConfig.of(
                    kafka,
                    given,
                    secret(),
                    new WebhookConfig.Reach(allowHttp, allowPrivate),
                    WebhookBounds.standard()
                            .with(Duration.ofMillis(timeoutMillis), Duration.ofMinutes(ageMaxMinutes), refusalsMax));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private WebhookSecret secret() throws CommandFailure {
        if (secretFile == null) {
            throw new CommandFailure(
                    "webhook secret: missing (expected: --webhook-secret-file or $SLUICE_WEBHOOK_SECRET_FILE)");
        }
        try {
            if (Files.size(secretFile) > SECRET_FILE_BYTES_MAX) {
                throw new CommandFailure("webhook secret " + secretFile + ": more than " + SECRET_FILE_BYTES_MAX
                        + " bytes (expected: whsec_ and Base64)");
            }
            return WebhookSecret.parse(Files.readString(secretFile));
        } catch (IOException e) {
            throw new CommandFailure("webhook secret " + secretFile + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("webhook secret " + secretFile + ": " + e.getMessage(), e);
        }
    }
}
