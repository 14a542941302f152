package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.SluiceProcess.Ended;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rules from the command line, with keys, against roles that run apart: propose, approve, activate, roll back. */
final class RulesIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final Pattern SECRET = Pattern.compile("key \\(shown only now\\): (\\S+)");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final HttpCaller caller = new HttpCaller();
    private final Map<String, String> secrets = new HashMap<>();
    private String adminUrl = "";

    @Test
    void shouldTakeRulesThroughReview_whenEverybodyHasTheirKey() throws Exception {
        // Given
        Path keys = Files.writeString(
                directory.resolve("keys.yaml"),
                "keys:\n" + newKey("ed", "editor") + newKey("ann", "approver,editor")
                        + newKey("otto", "operator,approver"));
        Path first = rules("first", 20);
        Path second = rules("second", 5);
        ok(run("", "topics", "create", "--request-partitions", "2", "--reply-partitions", "2"));

        try (SluiceProcess streams =
                        start("streams-app", "--admin-port", "0", "--require-approval", "--state-dir", "s");
                SluiceProcess api = start(
                        "request-api",
                        "--http-port",
                        "0",
                        "--admin-port",
                        "0",
                        "--data-open",
                        "--keys",
                        keys.toString())) {
            String url = api.awaitRequestApi().httpUrl();
            adminUrl = api.awaitRequestApi().adminUrl();
            streams.awaitStreamsApp();

            // When the first rules take their way
            Ended unauthenticated = run("", "rules", "propose", "--reason", "mine", first.toString());
            Ended proposed = retried("ed", "rules", "propose", "--reason", "first", first.toString());
            Ended tooEarly = run("otto", "rules", "activate", "--reason", "go", "1");
            Ended notAllowed = run("ed", "rules", "approve", "--reason", "mine", "1");
            ok(run("ann", "rules", "approve", "--reason", "fine", "1"));
            Ended activated = run("otto", "rules", "activate", "--reason", "go", "1");

            // Then
            assertFailed(unauthenticated, "401 Unauthorized");
            assertThat(ok(proposed)).contains("proposal 1: open, by ed, on revision 0");
            assertFailed(tooEarly, "409 Conflict: proposal 1 is open (expected: approved");
            assertFailed(notAllowed, "403 Forbidden: ed (expected: a key with role approver)");
            assertThat(ok(activated)).contains("ruleset revision 1 is in force");
            awaitDecidedBy(url, 1);

            // When somebody applies who may only propose, or nothing at all
            Ended applied = run("ed", "rules", "apply", "--reason", "mine", second.toString());
            Ended unknown = SluiceProcess.run(
                    Map.of("SLUICE_ADMIN_URL", adminUrl, "SLUICE_ADMIN_KEY", "wrong"), "rules", "history");

            // Then there is no proposal, and what to do is said
            assertFailed(applied, "ed has role editor (expected: editor and operator");
            assertThat(caller.as(secrets.get("ed"))
                            .get(adminUrl + "/v1/rulesets/proposals")
                            .body())
                    .doesNotContain("\"id\":2");
            assertFailed(unauthenticated, "no key was sent: set $SLUICE_ADMIN_KEY or --admin-key-file");
            assertFailed(unknown, "401 Unauthorized: unknown key (the key of $SLUICE_ADMIN_KEY)");

            // When somebody asks why
            Ended unexplained = run("", "explain", "--client", "acme/bob");
            Ended explained = run("ed", "explain", "--client", "acme/bob", "--cost", "21", "--attribute", "region=eu");
            Ended asJson = run("ed", "explain", "--client", "acme/bob", "--output", "json");

            // Then
            assertFailed(unexplained, "401 Unauthorized");
            assertThat(ok(explained))
                    .contains("deny: cost 21 is above the capacity of limit per-client")
                    .contains("* per-client  acme/bob  20      20     20  refuses, no wait helps; enforced");
            assertThat(ok(asJson)).startsWith("{\"clientId\":\"acme/bob\",\"answer\":{\"verdict\":\"allow\"");

            // When a second one replaces it, and is rolled back
            Ended diff = run("ed", "rules", "diff", second.toString(), "--exit-code");
            ok(run("ann", "rules", "propose", "--reason", "second", second.toString(), "--output", "json"));
            Ended own = run("ann", "rules", "approve", "--reason", "mine", "2");
            ok(run("otto", "rules", "approve", "--reason", "fine", "2"));
            ok(run("otto", "rules", "activate", "--reason", "go", "2"));
            awaitDecidedBy(url, 2);
            Ended stale = run("otto", "rules", "rollback", "--reason", "no", "--expect-revision", "1", "1");
            ok(run("otto", "rules", "rollback", "--reason", "too few", "1"));
            awaitDecidedBy(url, 3);
            Ended history = run("ed", "rules", "history");
            Ended proposals = run("ed", "rules", "proposals", "--limit", "1");
            Ended older = run("ed", "rules", "proposals", "--before", "2");
            Ended audit = run("ed", "audit", "--limit", "2");

            // Then
            assertThat(diff.exitCode()).isEqualTo(1);
            assertThat(diff.lines()).contains("~ limits[per-client].burst: 20 -> 5");
            assertFailed(own, "403 Forbidden: ann (expected: somebody other than the author of proposal 2)");
            assertFailed(stale, "412 Precondition failed: revision 1 (expected: 2, which is in force)");
            assertThat(history.lines()).hasSize(3);
            assertThat(history.lines().get(0)).startsWith("* 3").contains("rolled-back  revision 1  otto  too few");
            assertThat(proposals.lines()).hasSize(2);
            assertThat(proposals.lines().get(0)).startsWith("2  ").endsWith("  activated  on revision 1  ann  second");
            assertThat(proposals.lines().get(1)).isEqualTo("older: --before 2");
            assertThat(older.lines()).hasSize(1);
            assertThat(older.lines().get(0)).startsWith("1  ").endsWith("  activated  on revision 0  ed  first");
            assertThat(audit.lines()).hasSize(3);
            assertThat(audit.lines().get(0)).contains("  otto  rolled-back revision 3 from revision 1  too few  (0-");
            assertThat(audit.lines().get(1)).contains("  otto  activated proposal 2 revision 2  go  (0-");
            assertThat(audit.lines().get(2)).startsWith("older: --before ");
            assertSecretsAreNotSaid(streams, api);
            assertThat(streams.stop()).isTrue();
            assertThat(api.stop()).isTrue();
        }
        LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
    }

    @Test
    void shouldTellProblemsAndUsage_whenCalledWrongly() throws Exception {
        // Given
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "limits: [{id: A!}]\n");
        Path doubtful = rules("doubtful", 20);
        Files.writeString(doubtful, Files.readString(doubtful) + "    mode: off\n");

        // When
        Ended invalid = run("", "rules", "validate", "--output", "json", broken.toString());
        Ended warned = run("", "rules", "validate", doubtful.toString());
        Ended usage = run("", "rules", "propose", broken.toString());
        adminUrl = "http://127.0.0.1:9";
        Ended unreachable = run("", "rules", "history");

        // Then
        assertThat(invalid.exitCode()).isEqualTo(1);
        assertThat(invalid.lines().toString()).contains("\"valid\":false", "\"field\":\"limits[0].id\"");
        assertThat(ok(warned)).contains("warning: limits[0].mode: off (the limit never applies)");
        assertThat(usage.exitCode()).isEqualTo(2);
        assertFailed(unreachable, "admin port http://127.0.0.1:9 cannot be reached");
    }

    private String newKey(String name, String roles) throws Exception {
        Ended ended = run("", "keys", "create", name, "--roles", roles);
        Matcher secret = SECRET.matcher(ok(ended));
        assertThat(secret.find()).isTrue();
        secrets.put(name, secret.group(1));
        return ended.lines().get(ended.lines().size() - 1) + "\n";
    }

    private Path rules(String name, int burst) throws IOException {
        return Files.writeString(
                directory.resolve(name + ".yaml"),
                "limits:\n  - id: per-client\n    scope: client\n    rate: {tokens: 1, per: 1h}\n    burst: " + burst
                        + "\n");
    }

    private SluiceProcess start(String... arguments) throws IOException {
        List<String> all = List.of(arguments).stream()
                .map(argument ->
                        argument.equals("s") ? directory.resolve("state").toString() : argument)
                .toList();
        return SluiceProcess.start(environment(""), all);
    }

    private Ended run(String who, String... arguments) throws Exception {
        return SluiceProcess.run(environment(who), arguments);
    }

    /** Again until it is answered: the front end may still read the audit trail. */
    private Ended retried(String who, String... arguments) throws Exception {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> run(who, arguments), ended -> ended.exitCode() == 0);
    }

    private Map<String, String> environment(String who) {
        Map<String, String> environment =
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys"));
        environment.put("SLUICE_LOG_LEVEL", "INFO");
        if (!adminUrl.isEmpty()) {
            environment.put("SLUICE_ADMIN_URL", adminUrl);
        }
        if (!who.isEmpty()) {
            environment.put("SLUICE_ADMIN_KEY", secrets.get(who));
        }
        return environment;
    }

    private void awaitDecidedBy(String url, long revision) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(
                                caller.postAll(url + "/v1/admissions", List.of("{\"clientId\":\"acme/alice\"}"))
                                        .get(0)
                                        .body())
                        .contains("\"rulesetRevision\":" + revision));
    }

    private void assertSecretsAreNotSaid(SluiceProcess... processes) {
        for (SluiceProcess process : processes) {
            for (String secret : secrets.values()) {
                assertThat(process.lines()).noneMatch(line -> line.contains(secret));
            }
        }
    }

    private static String ok(Ended ended) {
        String output = String.join("\n", ended.lines());
        assertThat(ended.exitCode()).as(output).isZero();
        return output;
    }

    private static void assertFailed(Ended ended, String message) {
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(String.join("\n", ended.lines())).contains(message);
    }
}
