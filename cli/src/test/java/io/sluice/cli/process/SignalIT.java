package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.process.SluiceProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A health signal switches a brown-out of real processes on and off, also over a kill without warning. */
@Tag("long")
final class SignalIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULES = """
        tiers: [free, pro]
        accounts: {paid: {tier: pro}}
        limits: [{id: orders, scope: account, rate: {tokens: 1, per: 1h}, burst: 100000}]
        brownOut:
          tiers: [free]
          scale: 25%
          when: {signal: payments-db, badFor: 1s, goodFor: 1s}
        """;
    private static final String REQUEST = "{\"clientId\":\"%s\",\"cost\":%d,\"exact\":true,\"deadlineMillis\":60000}";

    private final HttpCaller caller = new HttpCaller();
    private DevProcess dev;

    @Test
    void shouldTakeMoreWhileTheSignalIsBad_andFollowTheLog(@TempDir Path directory) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        try (DevProcess first = DevProcess.ready(data, "--rules", rules.toString())) {
            // Given
            dev = first;
            assertThat(charged("acme")).isEqualTo(1);

            // When
            List<String> reported =
                    run("signal", "bad", "payments-db", "--for", "1h").ok();
            awaitCharged("acme", 4);

            // Then
            assertThat(reported).containsExactly("signal payments-db is bad for 1h, in 4 partitions");
            assertThat(charged("paid")).as("another tier").isEqualTo(1);
            assertThat(run("signal", "list").ok())
                    .singleElement()
                    .asString()
                    .startsWith("payments-db: good in 0, bad in 4 partitions since ")
                    .endsWith("; brown-out in 4");
            assertThat(run("explain", "--client", "acme/alice").ok())
                    .contains("brown-out by signal payments-db: limits are at 25.0%, so requests cost more");
            assertThat(caller.get(dev.httpUrl() + "/metrics").body()).contains("sluice_brown_out{partition=\"0\"} 1.0");
            assertRefusals();
            first.kill();
        }
        try (DevProcess second = DevProcess.ready(data, "--rules", rules.toString())) {
            // Then it is still on
            dev = second;
            assertThat(charged("acme")).isEqualTo(4);

            // When
            run("signal", "good", "payments-db", "--for", "5s").ok();

            // Then it ends, and then nobody knows any more
            awaitCharged("acme", 1);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> assertThat(run("signal", "list").ok()).containsExactly("no signals"));
            LiveCluster.agreed(() -> second.assertAgainstLog(data));
            assertThat(second.stop()).isTrue();
        }
    }

    private void assertRefusals() throws Exception {
        run("signal", "bad", "Payments").assertFailed("400 Invalid request", "signal: ");
        run("signal", "bad", "payments-db", "--for", "2h").assertFailed("400 Invalid request", "validMillis: 7200000");
        assertThat(run("signal", "bad", "payments-db", "--for", "soon").exitCode())
                .isEqualTo(2);
    }

    private void awaitCharged(String account, long tokens) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(charged(account)).isEqualTo(tokens));
    }

    /** What a request that costs one token takes. */
    private long charged(String account) throws Exception {
        return remaining(account, 0) - remaining(account, 1);
    }

    private long remaining(String account, int cost) throws Exception {
        JsonNode answer = JSON.readTree(
                caller.postAll(dev.httpUrl() + "/v1/admissions", List.of(REQUEST.formatted(account + "/alice", cost)))
                        .get(0)
                        .body());
        assertThat(answer.path("verdict").asText()).as("%s", answer).isEqualTo("allow");
        return answer.path("remaining").asLong();
    }

    private Ended run(String... arguments) throws Exception {
        return SluiceProcess.run(Map.of("SLUICE_ADMIN_URL", dev.adminUrl()), arguments);
    }
}
