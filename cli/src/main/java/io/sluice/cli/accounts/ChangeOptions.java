package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that every change of an account needs. */
final class ChangeOptions {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit trail.")
    private String reason = "";

    @Option(
            names = "--expect-version",
            paramLabel = "VERSION",
            description = "The version of the profile that you saw; if it has changed since, the change is refused "
                    + "(default: the current version).")
    private @Nullable Long expected;

    @Parameters(index = "0", paramLabel = "ACCOUNT", description = "The first segment of a client ID.")
    private String account = "";

    /** The resource of an account. */
    static String pathOf(String account) {
        return "/v1/accounts/"
                + URLEncoder.encode(account, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Sends the change. */
    Answer change(String action, Map<String, ?> members) throws CommandFailure {
        AdminClient client = admin.client();
        String profile = pathOf(account) + "/profile";
        long version = expected == null ? client.get(profile).number("version") : expected;
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("reason", reason);
        body.put("action", action);
        body.putAll(members);
        return client.post(profile + "/changes", body, version);
    }
}
