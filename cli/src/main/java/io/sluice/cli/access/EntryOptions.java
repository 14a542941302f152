package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every new access entry needs. */
final class EntryOptions {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit trail.")
    private String reason = "";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            required = true,
            description = "How long the entry is in force, 1s to 366d, such as 30m or 12h.")
    private String duration = "";

    @Option(names = "--message", paramLabel = "TEXT", description = "Text for callers (default: none).")
    private @Nullable String message;

    /** Adds an entry. */
    Answer add(String access, String subject, Object value) throws CommandFailure {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        body.put("access", access);
        body.put(subject, value);
        body.put("for", duration);
        if (message != null) {
            body.put("message", message);
        }
        return admin.client().post("/v1/access", body, null);
    }
}
