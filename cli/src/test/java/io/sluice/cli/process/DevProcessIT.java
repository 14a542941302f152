package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.schemas.reply.Decision;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real thing as its user starts it: a process of its own, HTTP from outside, killed without warning. */
final class DevProcessIT {
    private static final int REQUESTS = 2_000;
    private static final int CLIENTS = 50;
    private static final int BURST = 20;
    private static final long DAY_MILLIS = 86_400_000;
    private static final String RULES = """
            idempotencyWindow: 1d
            limits:
              - id: per-client
                scope: client
                rate: {tokens: 1, per: 1d}
                burst: 20
            """;

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldAdmitExactlyTheBurstAndRememberIt_whenKilledInBetween(@TempDir Path directory) throws Exception {
        // Given
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        List<String> requests = requests();
        List<Call> first;

        // When 2,000 are asked at once, and the process dies
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            first = answered(dev, requests);
            assertThat(admittedByClient(dev.bootstrapServers()))
                    .hasSize(CLIENTS)
                    .allSatisfy(DevProcessIT::isBurst);
            dev.kill();
        }

        // Then exactly the burst was admitted
        assertThat(admitted(requests, first)).hasSize(CLIENTS).allSatisfy(DevProcessIT::isBurst);

        // When it is started again on the same data
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            List<Call> again = answered(dev, requests);
            List<Call> fresh = caller.postAll(dev.httpUrl() + "/v1/admissions", freshRequests());

            // Then every replayed request has its verdict again, and nothing more is admitted
            assertThat(again)
                    .extracting(Call::status)
                    .isEqualTo(first.stream().map(Call::status).toList());
            assertThat(again).allSatisfy(call -> assertThat(call.body()).contains("\"replayed\":true"));
            assertThat(fresh).extracting(Call::status).containsOnly(429);
            LogOracle oracle = LiveCluster.agreed(() -> assertAgainstLog(dev, data));
            assertThat(admittedByClient(dev.bootstrapServers())).allSatisfy(DevProcessIT::isBurst);
            assertThat(oracle.expectedAdmitted("account-0/client")).isEqualTo(BURST);
            assertThat(dev.stop()).isTrue();
        }
    }

    /** Each request's answer. One that a machine under load turns away is sent again, as its key allows. */
    private List<Call> answered(DevProcess dev, List<String> requests) {
        List<Call> calls = new ArrayList<>(caller.postAll(dev.httpUrl() + "/v1/admissions", requests));
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            List<Integer> turnedAway = IntStream.range(0, calls.size())
                    .filter(at -> calls.get(at).status() == 503)
                    .boxed()
                    .toList();
            List<Call> retried = caller.postAll(
                    dev.httpUrl() + "/v1/admissions",
                    turnedAway.stream().map(requests::get).toList());
            for (int i = 0; i < retried.size(); i++) {
                calls.set(turnedAway.get(i), retried.get(i));
            }
            return calls.stream().noneMatch(call -> call.status() == 503);
        });
        return List.copyOf(calls);
    }

    private static void isBurst(String client, Long admitted) {
        assertThat(admitted).as(client).isEqualTo(BURST);
    }

    private static List<String> requests() {
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add("{\"clientId\":\"account-" + i % CLIENTS + "/client\",\"idempotencyKey\":\"key-" + i
                    + "\",\"deadlineMillis\":60000}");
        }
        Collections.shuffle(requests, new Random(7));
        return requests;
    }

    private static List<String> freshRequests() {
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            requests.add("{\"clientId\":\"account-" + i + "/client\",\"deadlineMillis\":60000}");
        }
        return requests;
    }

    private static Map<String, Long> admitted(List<String> requests, List<Call> calls) {
        Map<String, Long> admitted = new TreeMap<>();
        for (int i = 0; i < calls.size(); i++) {
            assertThat(calls.get(i).status()).as(calls.get(i).body()).isIn(200, 429);
            if (calls.get(i).status() == 200) {
                admitted.merge(requests.get(i).split("\"")[3], 1L, Long::sum);
            }
        }
        return admitted;
    }

    /** Tokens charged by client, from the decision topic, once it holds all of them. */
    private static Map<String, Long> admittedByClient(String bootstrapServers) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(
                        () -> DecisionHistory.read(bootstrapServers).decisions(),
                        decisions -> decisions.size() >= REQUESTS)
                .stream()
                .filter(decision -> decision.charged() > 0)
                .collect(Collectors.groupingBy(
                        decision -> decision.request().clientId().text(), Collectors.summingLong(Decision::charged)));
    }

    private static LogOracle assertAgainstLog(DevProcess dev, Path data) throws Exception {
        LogOracle oracle = dev.assertAgainstLog(data);
        DecisionHistory.read(dev.bootstrapServers())
                .assertGuarantees(oracle, Map.of("per-client", new LimitBound(BURST, 1, DAY_MILLIS)), DAY_MILLIS);
        return oracle;
    }
}
