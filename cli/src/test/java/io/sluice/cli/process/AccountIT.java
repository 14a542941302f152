package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.cli.process.SluiceProcess.Ended;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts from the command line against a process of its own, which is killed without warning in between. */
final class AccountIT {
    private static final int REPLY_PARTITIONS = 4;
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
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
            assertThat(ok(account("show", "acme")))
                    .containsExactly("account acme, version 0: tier free, by the ruleset");

            // When tokens are granted, another tier is set, and a limit is raised
            List<String> granted =
                    ok(account("grant", "--reason", "our fault", "--scope", "acme/alice", "acme", "per-client", "5"));
            assertThat(allowed(dev, 10)).isEqualTo(5);
            List<String> promoted = ok(account("set-tier", "--reason", "paid", "acme", "pro"));
            List<String> raised = ok(account(
                    "override",
                    "--reason",
                    "paid",
                    "acme",
                    "per-client",
                    "{\"rate\":{\"tokens\":1,\"per\":\"1d\"},\"burst\":30}"));
            assertThat(allowed(dev, 20)).isEqualTo(10);

            // Then each is told
            assertThat(granted).contains("  5 tokens given back");
            assertThat(promoted.get(0)).isEqualTo("account acme, version 2: tier pro, by its profile");
            assertThat(raised).contains("  limit per-client: {\"rate\":{\"tokens\":1,\"per\":\"1d\"},\"burst\":30}");
            assertRefusals();

            // When it is kept out, and the process dies
            ok(account("deny", "--reason", "abuse", "--message", "call us", "acme"));
            assertThat(ask(dev, 1).get(0).status()).isEqualTo(403);
            dev.kill();
        }
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            adminUrl = dev.adminUrl();

            // Then it is still kept out, until it is not
            Call denied = ask(dev, 1).get(0);
            assertThat(denied.status()).isEqualTo(403);
            assertThat(denied.body()).contains("on list @profile: call us");
            ok(account("unlist", "--reason", "settled", "acme"));
            assertThat(allowed(dev, 1)).isZero();
            ok(account("reset", "--reason", "settled", "--limit", "per-client", "acme"));
            assertThat(allowed(dev, 40)).isEqualTo(30);
            // The audit trail shows what is committed, a moment after the answer.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(ok(account("history", "acme", "--output", "json"))
                                    .get(0))
                            .contains("\"version\":6", "\"action\":\"reset\"", "\"principal\":\"dev\"")
                            .contains("\"version\":1", "\"reason\":\"our fault\"", "\"granted\":5"));
            LogOracle oracle = LiveCluster.agreed(() -> assertAgainstLog(dev, data));
            assertThat(oracle.expectedChanges()).isEqualTo(6);
            assertThat(dev.stop()).isTrue();
        }
    }

    private void assertRefusals() throws Exception {
        assertFailed(
                account("set-tier", "--reason", "late", "--expect-version", "1", "acme", "free"),
                "412 Precondition failed: version 1 (expected: 3, the profile's)");
        assertFailed(account("set-tier", "--reason", "typo", "acme", "por"), "409 Conflict: tier \"por\"");
        assertFailed(
                account("override", "--reason", "typo", "acme", "per-client", "{\"burst\": 0}"),
                "422 Invalid override",
                "override.rate");
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

    private static List<String> ok(Ended ended) {
        assertThat(ended.exitCode()).as(String.join("\n", ended.lines())).isZero();
        return ended.lines();
    }

    private static void assertFailed(Ended ended, String... messages) {
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(String.join("\n", ended.lines())).contains(messages);
    }

    private static LogOracle assertAgainstLog(DevProcess dev, Path data) throws Exception {
        TrustedKeys key = TestKeys.trustedIn(data.resolve("keys"));
        LogOracle oracle = LogOracle.assertAll(dev.bootstrapServers(), new OracleConfig(key, REPLY_PARTITIONS));
        var changelog = TopicReader.readAll(dev.bootstrapServers(), CHANGELOG, IsolationLevel.READ_COMMITTED);
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        return oracle;
    }
}
