package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.SluiceProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access entries from the command line against a process of its own, which is killed without warning in between. */
@Tag("long")
final class AccessIT {
    private static final String RULES = "limits: [{id: per-client, scope: client, rate: {tokens: 1000000, per: 1s}}]\n";
    private static final String REQUEST =
            "{\"clientId\":\"acme/alice\",\"attributes\":{\"ip\":\"%s\"},\"deadlineMillis\":60000}";

    private final HttpCaller caller = new HttpCaller();
    private String adminUrl = "";

    @Test
    void shouldKeepAddressesOut_whenDeniedWithoutANewRuleset(@TempDir Path directory) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            adminUrl = dev.adminUrl();

            // Given a busy client, whose front end has leases, and an entry that ends soon
            assertThat(statuses(dev, "203.0.113.9", 200)).containsOnly(200);
            ok("access", "deny", "--client", "acme/alice", "--for", "1s", "--reason", "short");

            // When
            List<String> denied =
                    ok("deny-cidr", "203.0.113.0/24", "--for", "1h", "--reason", "scanner", "--message", "call us");
            awaitStatus(dev, "203.0.113.9", 403);
            awaitStatus(dev, "198.51.100.1", 200);

            // Then no lease answers any more, and others are let through
            assertThat(denied.get(0))
                    .startsWith(
                            "access entry 2: deny {\"attributes\":{\"ip\":{\"cidr\":[\"203.0.113.0/24\"]}}} until ");
            assertThat(statuses(dev, "203.0.113.9", 50)).containsOnly(403);
            assertThat(caller.postAll(dev.httpUrl() + "/v1/admissions", List.of(REQUEST.formatted("203.0.113.9")))
                            .get(0)
                            .body())
                    .contains("on list @access: call us", "\"listId\":\"@access\"");
            assertRefusals();
            dev.kill();
        }
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            adminUrl = dev.adminUrl();

            // Then it is still in force, until it is removed
            assertThat(statuses(dev, "203.0.113.9", 5)).containsOnly(403);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(ok("access", "list"))
                            .hasSize(1)
                            .allSatisfy(line ->
                                    assertThat(line).startsWith("2: deny ").endsWith(", by dev: scanner")));
            assertThat(ok("access", "remove", "--reason", "over", "2")).containsExactly("access entry 2 removed");
            awaitStatus(dev, "203.0.113.9", 200);
            assertThat(ok("access", "list")).containsExactly("no access entries");
            assertProfilesMove(dev, directory);
            LiveCluster.agreed(() -> dev.assertAgainstLog(data));
            assertThat(dev.stop()).isTrue();
        }
    }

    /** Profiles go out, are changed, and come back as they were. */
    private void assertProfilesMove(DevProcess dev, Path directory) throws Exception {
        // Given
        ok("account", "deny", "--reason", "unpaid", "--message", "pay", "evil");
        ok("account", "override", "--reason", "paid", "acme", "per-client", "{\"rate\":{\"tokens\":7,\"per\":\"1s\"}}");
        String[] export = {"account", "export", "--bootstrap-servers", dev.bootstrapServers()};
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(ok(export)).hasSize(2));
        Path profiles = Files.write(directory.resolve("profiles.jsonl"), ok(export));
        ok("account", "unlist", "--reason", "mistake", "evil");

        // When
        List<String> tried = ok("account", "import", "--dry-run", "--reason", "back", profiles.toString());
        List<String> done = ok("account", "import", "--reason", "back", profiles.toString());
        List<String> again = ok("account", "import", "--reason", "back", profiles.toString());

        // Then
        assertThat(tried)
                .containsExactly(
                        "evil: deny {\"message\":\"pay\"}", "would change 1 profile in 1 step; 1 was so already");
        assertThat(done).containsExactly("changed 1 profile in 1 step; 1 was so already");
        assertThat(again).containsExactly("changed 0 profiles in 0 steps; 2 were so already");
        Path wrong = Files.writeString(directory.resolve("wrong.jsonl"), "{\"account\":\"acme\",\"teir\":\"pro\"}\n");
        run("account", "import", "--reason", "typo", wrong.toString())
                .assertFailed("line 1: teir: unknown member (expected: tier)");
    }

    private void assertRefusals() throws Exception {
        run("access", "remove", "--reason", "typo", "99").assertFailed("404 Not found: access entry 99");
        run("deny-cidr", "203.0.113.0/33", "--for", "1h", "--reason", "typo")
                .assertFailed("400 Invalid request", "cidr");
        run("access", "deny", "--account", "acme", "--for", "400d", "--reason", "typo")
                .assertFailed("for: \"400d\" (expected: 1s..366d)");
        assertThat(run("access", "deny", "--for", "1h", "--reason", "nobody").exitCode())
                .isEqualTo(2);
    }

    private void awaitStatus(DevProcess dev, String ip, int status) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(statuses(dev, ip, 1)).containsExactly(status));
    }

    private List<Integer> statuses(DevProcess dev, String ip, int times) {
        return caller
                .postAll(dev.httpUrl() + "/v1/admissions", Collections.nCopies(times, REQUEST.formatted(ip)))
                .stream()
                .map(HttpCaller.Call::status)
                .toList();
    }

    private Ended run(String... arguments) throws Exception {
        return SluiceProcess.run(Map.of("SLUICE_ADMIN_URL", adminUrl), arguments);
    }

    private List<String> ok(String... arguments) throws Exception {
        return run(arguments).ok();
    }
}
