package io.sluice.cli.accounts;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that select an account and windows of usage. */
final class UsageSpanOptions {
    @Parameters(paramLabel = "ACCOUNT", description = "The first segment of a client ID.")
    private String account = "";

    @Option(
            names = "--step",
            paramLabel = "WINDOW",
            defaultValue = "hour",
            description = "The length of the windows: minute, hour or day (default: hour).")
    private String step = "hour";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "The first window, as 2026-11-29T00:00:00Z or in milliseconds (default: the last 60 minutes,"
                    + " 24 hours or 30 days).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "The end of the last window (default: the current one).")
    private @Nullable String to;

    /** The resource. */
    String path() {
        return ChangeOptions.pathOf(account) + "/usage?step=" + encoded(step)
                + (from == null ? "" : "&from=" + encoded(from))
                + (to == null ? "" : "&to=" + encoded(to));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
