package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.cli.process.SluiceProcess.Ended;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts from the command line against a process of its own, which is killed without warning in between. */
@Tag("long")
final class AccountIT {
    private static final String RULES = """
            tiers: [free, pro]
            limits:
              - id: per-client
                scope: client
                rate: {tokens: 1, per: 1d}
                burst: 20
              - id: free-per-account
                match: {tiers: [free]}
                scope: account
                rate: {tokens: 1, per: 1d}
                burst: 100
            """;

    private final HttpCaller caller = new HttpCaller();
    private String adminUrl = "";

    @Test
    void shouldChangeExactlyWhatIsAsked_whenKilledInBetween(@TempDir Path directory) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            adminUrl = dev.adminUrl();

            // Given a client that has used up its burst
            assertThat(allowed(dev, 25)).isEqualTo(20);
            assertThat(account("show", "acme").ok())
                    .containsExactly("account acme, version 0: tier free, by the ruleset");

            // When tokens are granted, another tier is set, and a limit is raised
            List<String> granted = account(
                            "grant", "--reason", "our fault", "--scope", "acme/alice", "acme", "per-client", "5")
                    .ok();
            assertThat(allowed(dev, 10)).isEqualTo(5);
            List<String> promoted =
                    account("set-tier", "--reason", "paid", "acme", "pro").ok();
            List<String> raised = account(
                            "override",
                            "--reason",
                            "paid",
                            "acme",
                            "per-client",
                            "{\"rate\":{\"tokens\":1,\"per\":\"1d\"},\"burst\":30}")
                    .ok();
            assertThat(allowed(dev, 20)).isEqualTo(10);

            // Then each is told
            assertThat(granted).contains("  5 tokens given back");
            assertThat(promoted.get(0)).isEqualTo("account acme, version 2: tier pro, by its profile");
            assertThat(raised).contains("  limit per-client: {\"rate\":{\"tokens\":1,\"per\":\"1d\"},\"burst\":30}");
            assertRefusals();

            // When it buys tokens on top, twice by mistake, and uses some
            String[] order = {
                "add-credit",
                "--reason",
                "order 1",
                "--until",
                "2100-01-01T00:00:00Z",
                "--scope",
                "acme/alice",
                "acme",
                "per-client",
                "order-1",
                "7"
            };
            account(order).ok();
            account(order).assertFailed("409 Conflict: credit \"order-1\"");
            assertThat(allowed(dev, 3)).isEqualTo(3);
            assertThat(account("show", "acme").ok())
                    .contains("  credit order-1: 4 of 7 on top of per-client [acme/alice], until 2100-01-01T00:00:00Z");

            // When it is kept out, and the process dies
            account("deny", "--reason", "abuse", "--message", "call us", "acme").ok();
            assertThat(ask(dev, 1).get(0).status()).isEqualTo(403);
            dev.kill();
        }
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            adminUrl = dev.adminUrl();

            // Then it is still kept out, until it is not
            Call denied = ask(dev, 1).get(0);
            assertThat(denied.status()).isEqualTo(403);
            assertThat(denied.body()).contains("on list @profile: call us");
            account("unlist", "--reason", "settled", "acme").ok();
            assertThat(allowed(dev, 9)).as("what was left of the order").isEqualTo(4);
            account("reset", "--reason", "settled", "--limit", "per-client", "acme")
                    .ok();
            assertThat(allowed(dev, 40)).isEqualTo(30);
            // The audit trail shows what is committed, a moment after the answer.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(account("history", "acme", "--output", "json")
                                    .ok()
                                    .get(0))
                            .contains("\"version\":7", "\"action\":\"reset\"", "\"principal\":\"dev\"")
                            .contains("\"version\":1", "\"reason\":\"our fault\"", "\"granted\":5"));
            LogOracle oracle = LiveCluster.agreed(() -> dev.assertAgainstLog(data));
            assertThat(oracle.expectedChanges()).isEqualTo(7);
            assertThat(dev.stop()).isTrue();
        }
    }

    private void assertRefusals() throws Exception {
        account("set-tier", "--reason", "late", "--expect-version", "1", "acme", "free")
                .assertFailed("412 Precondition failed: version 1 (expected: 3, the profile's)");
        account("set-tier", "--reason", "typo", "acme", "por").assertFailed("409 Conflict: tier \"por\"");
        account("override", "--reason", "typo", "acme", "per-client", "{\"burst\": 0}")
                .assertFailed("422 Invalid override", "override.rate");
        assertThat(account("deny", "acme").exitCode()).isEqualTo(2);
    }

    private Ended account(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("account"));
        all.addAll(List.of(arguments));
        return SluiceProcess.run(Map.of("SLUICE_ADMIN_URL", adminUrl), all.toArray(String[]::new));
    }

    private List<Call> ask(DevProcess dev, int times) {
        return caller.postAll(
                dev.httpUrl() + "/v1/admissions",
                Collections.nCopies(times, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":60000,\"exact\":true}"));
    }

    private long allowed(DevProcess dev, int times) {
        return ask(dev, times).stream().filter(call -> call.status() == 200).count();
    }
}
