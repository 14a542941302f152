package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.SluiceProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as somebody types them, right and wrong, against a running {@code sluice dev}. */
final class CommandsIT {
    private static final String RULES =
            "limits:\n  - {id: per-client, scope: client, rate: {tokens: 1, per: 1h}, burst: 3, alertAt: [50%]}\n";
    /** What a broker says of a machine that has no time for it; a kill is not its cause. */
    private static final String BUSY_MACHINE = "controller event queue overloaded";

    @TempDir
    private static Path directory;

    private static DevProcess dev;
    private static Path devData;

    @BeforeAll
    static void start() throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        devData = directory.resolve("data");
        dev = DevProcess.ready(devData, "--rules", rules.toString());
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    private static Ended run(String... arguments) throws Exception {
        return SluiceProcess.run(environment(), arguments);
    }

    private static Map<String, String> environment() {
        return new HashMap<>(Map.of("SLUICE_ADMIN_URL", dev.adminUrl(), "SLUICE_URL", dev.httpUrl()));
    }

    private static String text(Ended ended) {
        return String.join("\n", ended.lines());
    }

    @Test
    void shouldTellTheVerdict_byItsLinesAndItsExitCode() throws Exception {
        // Given
        // When
        Ended allowed =
                run("admit", "acme/ada", "--cost", "3", "--method", "POST", "--path", "/x", "--attribute", "a=b");
        Ended denied = run("admit", "acme/ada");
        Ended json = run("admit", "acme/bea", "--output", "json", "--idempotency-key", "k");
        Ended wrong = run("admit", "acme//ada");
        Ended nobody = SluiceProcess.run(Map.of("SLUICE_URL", "http://127.0.0.1:9"), "admit", "acme/ada");

        // Then
        assertThat(text(allowed)).contains("allow: every limit that applies", "per-client (acme/ada): 0 of 3 left");
        assertThat(allowed.exitCode()).isZero();
        assertThat(text(denied)).contains("deny: ", "* per-client (acme/ada): 0 of 3 left, one more in ");
        assertThat(denied.exitCode()).isEqualTo(3);
        assertThat(text(json)).startsWith("{").contains("\"verdict\":\"allow\"");
        assertThat(wrong.lines()).singleElement().asString().contains("400 Invalid request: clientId");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(nobody.lines())
                .singleElement()
                .asString()
                .startsWith("sluice: data port http://127.0.0.1:9 cannot be reached");
        assertThat(nobody.exitCode()).isEqualTo(1);
    }

    @Test
    void shouldShowAlertsAndPenalties_fromTheirTopics() throws Exception {
        // Given
        run("admit", "alerted/ada", "--cost", "3");
        // The alert is there once its transaction is committed.
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> !text(run("alerts", "--account", "alerted")).contains("no alerts"));

        // When
        Ended alerts = run("alerts", "--account", "alerted", "--type", "threshold", "--limit-id", "per-client");
        Ended json = run("alerts", "--limit", "1", "--output", "json");
        Ended none = run("alerts", "--account", "alerted", "--type", "spike");
        Ended wrong = run("alerts", "--type", "both");
        Ended penalties = run("penalties", "--mode", "enforce");

        // Then
        assertThat(text(alerts))
                .containsPattern("^20\\S+Z  threshold  alerted  per-client \\(alerted/ada\\): 50% reached, 3 of 3 used"
                        + "  \\(0-\\d+\\)$");
        assertThat(text(json)).contains("\"topic\":\"sluice.alerts.v1\"", "\"type\":\"threshold\"");
        assertThat(none.lines()).containsExactly("no alerts");
        assertThat(text(wrong)).contains("400 Invalid request: type");
        assertThat(penalties.lines()).containsExactly("no penalties");
    }

    @Test
    void shouldShowRules_asAFileThatCanBeAppliedAgain() throws Exception {
        // Given
        Ended shown = run("rules", "show");
        Path file = Files.writeString(directory.resolve("shown.yaml"), text(shown) + "\n");

        // When
        Ended again = run("rules", "apply", "--reason", "as it was", file.toString());
        Ended first = run("rules", "show", "1", "--output", "json");
        Ended missing = run("rules", "show", "99");
        Ended validated = piped(file, "rules", "validate", "-");
        Ended broken = piped(Files.writeString(directory.resolve("b.yaml"), "limits: 1"), "rules", "validate", "-");

        // Then
        assertThat(text(shown)).startsWith("# revision 1, activated").contains("# reason: start", "id: \"per-client\"");
        assertThat(text(again)).isEqualTo("ruleset revision 1 was in force already");
        assertThat(text(first)).startsWith("{\"revision\":1").contains("\"document\":{");
        assertThat(text(missing)).contains("404 Not found");
        assertThat(text(validated)).startsWith("standard input: valid, 1 limit");
        assertThat(text(broken)).startsWith("sluice: rules on standard input: ");
        assertThat(broken.exitCode()).isEqualTo(1);
    }

    private static Ended piped(Path input, String... arguments) throws Exception {
        return SluiceProcess.run(environment(), input, arguments);
    }

    @Test
    void shouldSuspectTheCommandKey_whenTheRulesWriterTakesItForAnother() throws Exception {
        // Given
        Path rules = Files.writeString(directory.resolve("other.yaml"), RULES.replace("burst: 3", "burst: 4"));
        Path keys = directory.resolve("other-keys");
        SluiceProcess.run("keys", "signing", "--out", keys.toString());
        Path key = keys.resolve("command-private.pem");
        Path rulesKey = devData.resolve("keys").resolve("rules-public.pem");

        // When
        long startedNanos = System.nanoTime();
        Ended refused = SluiceProcess.run(
                Map.of(),
                "rules",
                "apply",
                "--reason",
                "r",
                "--bootstrap-servers",
                dev.bootstrapServers(),
                "--command-key-file",
                key.toString(),
                "--rules-public-key-file",
                rulesKey.toString(),
                rules.toString());
        long tookSeconds = (System.nanoTime() - startedNanos) / 1_000_000_000;

        // Then
        assertThat(refused.lines())
                .singleElement()
                .asString()
                .startsWith("sluice: the rules writer takes the command for a forged one: is the command key of"
                        + " --command-key-file " + key)
                .contains("sluice_rules_commands_total{outcome=\"forged\"}");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(tookSeconds).isLessThan(40);
    }

    @Test
    void shouldConfirmTheClock_whenAnOperatorTrustsIt() throws Exception {
        // When
        String key = devData.resolve("keys").resolve("command-private.pem").toString();
        Ended all = SluiceProcess.run(
                Map.of("SLUICE_BOOTSTRAP_SERVERS", dev.bootstrapServers(), "SLUICE_COMMAND_KEY_FILE", key),
                "clock",
                "trust",
                "--reason",
                "r");
        Ended none = SluiceProcess.run(
                Map.of("SLUICE_BOOTSTRAP_SERVERS", dev.bootstrapServers(), "SLUICE_COMMAND_KEY_FILE", key),
                "clock",
                "trust",
                "--partition",
                "99",
                "--reason",
                "r");

        // Then
        assertThat(all.lines()).isNotEmpty().allMatch(line -> line.endsWith(" ms apart: confirmed"));
        assertThat(all.exitCode()).isZero();
        assertThat(none.lines()).singleElement().asString().startsWith("sluice: --partition: 99 (expected: 0..");
        assertThat(none.exitCode()).isEqualTo(1);
    }

    /** As OPERATIONS shows it. */
    @Test
    void shouldWriteTheVersionIntoEachPartition_whenAnOperatorActivatesIt() throws Exception {
        // When
        String key = devData.resolve("keys").resolve("command-private.pem").toString();
        Ended known = run(
                "ledger-version",
                "activate",
                "1",
                "--reason",
                "all apps know it",
                "--bootstrap-servers",
                dev.bootstrapServers(),
                "--command-key-file",
                key);
        Ended unknown = run("ledger-version", "activate", "1000", "--reason", "r", "--command-key-file", key);

        // Then
        assertThat(known.ok()).isNotEmpty().allMatch(line -> line.contains(": ledger version 1 from offset "));
        assertThat(new HttpCaller().get(dev.httpUrl() + "/metrics").body())
                .contains("sluice_ledger_version{partition=\"0\"} 1.0");
        unknown.assertFailed("ledger version: 1000 (expected: 1..", "which this Sluice knows)");
    }

    @Test
    void shouldSayWhatDiffers_whenTopicsAreThereWithOtherNumbers() throws Exception {
        // Given
        String servers = dev.bootstrapServers();

        // When
        Ended same = run("topics", "create", "--bootstrap-servers", servers);
        Ended asked = run("topics", "create", "--bootstrap-servers", servers, "--request-partitions", "4");
        Ended other = run(
                "topics",
                "create",
                "--bootstrap-servers",
                servers,
                "--request-partitions",
                "12",
                "--replication-factor",
                "3");

        // Then
        assertThat(same.lines()).containsExactly("every topic is there");
        assertThat(asked.lines()).containsExactly("every topic is there");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.lines())
                .contains(
                        "sluice: topic sluice.requests.v1: 4 partitions, not 12 (fixed for ever: it decides where the"
                                + " buckets of an account are)",
                        "sluice: topic sluice.decisions.v1: 4 partitions, not 12",
                        "sluice: topic sluice.audit.v1: replication factor 1, not 3 (change it with"
                                + " kafka-reassign-partitions)")
                .doesNotContain("every topic is there");
    }

    @Test
    void shouldBeSilent_whenItComesBackAfterAKill() throws Exception {
        // Given
        Path data = directory.resolve("killed");
        HttpCaller caller = new HttpCaller();
        try (DevProcess first = DevProcess.ready(data)) {
            for (int i = 0; i < 8; i++) {
                caller.postAll(first.httpUrl() + "/v1/admissions", List.of("{\"clientId\":\"a" + i + "\"}"));
            }
            first.kill();
        }

        // When
        try (DevProcess second = DevProcess.ready(data)) {
            caller.postAll(second.httpUrl() + "/v1/admissions", List.of("{\"clientId\":\"a1\"}"));

            // Then
            assertThat(second.lines())
                    .filteredOn(line -> !line.contains(BUSY_MACHINE))
                    .noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
        }
    }
}
