package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.testkit.guarantee.UsageEqualsDecisions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks on a process of its own: somebody tries passwords, and somebody invents names, under the rules of
 * {@code examples/login.yaml} with shorter times. Nobody else notices.
 */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AttackIT {
    private static final HttpCaller CALLER = new HttpCaller();
    private static final String TRIED = "sluice_penalties_total{event=\"started-in-shadow\"}";
    private static final Pattern RUNG = Pattern.compile("\"penalty\":\\{\"id\":\"stuffing\",.*?\"rung\":(\\d+)");

    /** What the example says, and what it says in this test. */
    private static final Map<String, String> TIMES = Map.of(
            "{action: challenge, for: 1m}, {for: 10m}, {for: 1h}",
            "{action: challenge, for: 1s}, {for: 2s}, {for: 10m}",
            "decay: 24h",
            "decay: 3s");

    @TempDir
    private static Path directory;

    private static DevProcess dev;
    private static int names;

    @BeforeAll
    static void start() throws IOException {
        dev = DevProcess.ready(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(3));
    }

    @Test
    @Order(1)
    void shouldClimbTheLadderAndForget_whenPasswordsAreTried() throws Exception {
        // Given
        apply("login.yaml", login());

        // When
        List<Integer> rungs = new ArrayList<>();
        await().until(() -> {
            List<Integer> seen = tried("shop/alice");
            rungs.addAll(seen);
            othersAreLetThrough();
            return seen.contains(3);
        });

        // Then
        assertThat(rungs).containsSubsequence(1, 2, 3);
        Call denied = attempts("shop/alice", 1).get(0);
        assertThat(denied.status()).isEqualTo(429);
        assertThat(denied.body())
                .contains("\"reasonCode\":\"penalty\"", "\"action\":\"deny\",\"rung\":3,\"rungs\":3")
                .contains("\"violated-policies\":[]");

        // When
        assertThat(printed("account", "pardon", "shop", "--client", "shop/alice", "--reason", "our own test"))
                .contains("account shop, version 1: ");

        // Then: it is forgotten what she did, and she is penalised as if for the first time
        assertThat(attempts("shop/alice", 1).get(0).body()).doesNotContain("\"penalty\"");
        assertThat(penalised("shop/alice")).contains("\"action\":\"challenge\",\"rung\":1,");

        // When the partition's time has come to where that is forgotten
        await().until(() -> !explained("shop/alice").contains("\"penalty\""));
        long forgottenMillis = number("decidedAtMillis", explained("shop/alice")) + 3_000;
        await().until(() -> number("decidedAtMillis", explained("shop/alice")) > forgottenMillis);

        // Then
        assertThat(penalised("shop/alice")).contains("\"action\":\"challenge\",\"rung\":1,");
        othersAreLetThrough();
    }

    @Test
    @Order(2)
    void shouldConcernThatAccountAlone_whenNamesAreInvented() throws Exception {
        // Given
        apply("login.yaml", login());
        double before = metric(TRIED);

        // When: in shadow, at first
        await().until(() -> {
            assertThat(invented(100)).noneMatch(call -> call.body().contains("\"reasonCode\":\"penalty\""));
            othersAreLetThrough();
            return metric(TRIED) > before;
        });

        // And: in force
        apply("enforced.yaml", login().replace("mode: shadow", "mode: enforce"));
        await().until(() -> {
            List<Call> calls = invented(100);
            othersAreLetThrough();
            return calls.stream().anyMatch(call -> call.body().contains("\"penalty\":{\"id\":\"invented\""));
        });

        // Then
        assertThat(attempts("shop/" + names++, 1).get(0).body())
                .contains("\"reasonCode\":\"penalty\"", "\"penalty\":{\"id\":\"invented\",\"action\":\"challenge\"");
        assertThat(printed("account", "pardon", "shop", "--reason", "settled")).contains("by dev: settled");
        await().until(() -> attempts("shop/" + names++, 1).get(0).status() == 200);
        othersAreLetThrough();
    }

    @Test
    @Order(3)
    void shouldBeToldTheSame_byUsageMetricsAndTheLog() {
        // Given
        var oracle = LiveCluster.agreed(() -> dev.assertAgainstLog(directory.resolve("data")));

        // When
        await().untilAsserted(() -> UsageEqualsDecisions.check(dev.bootstrapServers()));
        UsageEqualsDecisions.Totals totals = UsageEqualsDecisions.totals(dev.bootstrapServers());

        // Then
        assertThat(totals.denied()).isGreaterThan(300);
        assertThat(metric("sluice_usage_requests_total{verdict=\"deny\"}")).isEqualTo(totals.denied());
        assertThat(metric("sluice_usage_requests_total{verdict=\"allow\"}")).isEqualTo(totals.allowed());
        assertThat(metric("sluice_usage_charged_total") - metric("sluice_usage_returned_total"))
                .isEqualTo(totals.charged());
        assertThat(decided("deny") + metric("sluice_client_local_total{answer=\"deny\"}"))
                .isEqualTo(totals.denied());
        assertThat(decided("allow") + metric("sluice_client_local_total{answer=\"allow\"}"))
                .isEqualTo(totals.allowed());
        List<AuditEntry> penalties = oracle.expectedPenalties();
        assertThat(penalties).hasSizeGreaterThan(6);
    }

    private static String login() throws IOException {
        String rules = Files.readString(Path.of("../examples/login.yaml"));
        for (Map.Entry<String, String> time : TIMES.entrySet()) {
            assertThat(rules).contains(time.getKey());
            rules = rules.replace(time.getKey(), time.getValue());
        }
        return rules;
    }

    private static void apply(String name, String rules) throws IOException {
        Path file = Files.writeString(directory.resolve(name), rules);
        assertThat(printed("rules", "apply", "--reason", "attack", file.toString()))
                .contains("in force");
    }

    private static String printed(String... words) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--admin-url", dev.adminUrl()));
        int code = Sluice.commandLine().setOut(new PrintWriter(out)).execute(all.toArray(String[]::new));
        assertThat(code).as("%s", all).isZero();
        return out.toString();
    }

    /** Tries passwords until that is penalised; the answer that says so. */
    private static String penalised(String clientId) {
        List<String> answers = new ArrayList<>();
        await().until(() -> {
            attempts(clientId, 12).stream()
                    .map(Call::body)
                    .filter(body -> RUNG.matcher(body).find())
                    .forEach(answers::add);
            return !answers.isEmpty();
        });
        return answers.get(0);
    }

    /** The rungs that a few more attempts are told. */
    private static List<Integer> tried(String clientId) {
        List<Integer> rungs = new ArrayList<>();
        for (Call call : attempts(clientId, 12)) {
            Matcher rung = RUNG.matcher(call.body());
            if (rung.find()) {
                rungs.add(Integer.parseInt(rung.group(1)));
            }
        }
        return rungs;
    }

    /** One attempt for each name that nobody has used before. */
    private static List<Call> invented(int count) {
        List<String> bodies = IntStream.range(0, count)
                .mapToObj(i -> login("shop/" + names++))
                .toList();
        return CALLER.postAll(dev.httpUrl() + "/v1/admissions", bodies);
    }

    /** Somebody on the allow list, and people of another site. */
    private static void othersAreLetThrough() {
        List<String> bodies = List.of(
                login("shop/probe"), login("shop/probe"), login("bakery/" + names++), login("bakery/" + names++));
        assertThat(CALLER.postAll(dev.httpUrl() + "/v1/admissions", bodies))
                .allMatch(call -> call.status() == 200, "200");
    }

    private static List<Call> attempts(String clientId, int count) {
        return CALLER.postAll(dev.httpUrl() + "/v1/admissions", Collections.nCopies(count, login(clientId)));
    }

    private static String explained(String clientId) {
        return CALLER.postAll(dev.adminUrl() + "/v1/explain", List.of(login(clientId)))
                .get(0)
                .body();
    }

    private static String login(String clientId) {
        return "{\"clientId\":\"" + clientId + "\",\"route\":{\"method\":\"POST\",\"path\":\"/login\"}}";
    }

    private static long number(String name, String json) {
        Matcher number = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        assertThat(number.find()).as(json).isTrue();
        return Long.parseLong(number.group(1));
    }

    private static double decided(String verdict) {
        return metrics()
                .lines()
                .filter(line ->
                        line.startsWith("sluice_decisions_total{") && line.contains("verdict=\"" + verdict + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double metric(String series) {
        return CALLER.metric(dev.adminUrl(), series);
    }

    private static String metrics() {
        return CALLER.get(dev.adminUrl() + "/metrics").body();
    }
}
