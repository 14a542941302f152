package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.process.SluiceProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that is challenged, passes it, and relapses, against a process that is killed without warning. */
@Tag("long")
final class ChallengeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULES = """
        limits: [{id: login, scope: client, rate: {tokens: 1, per: 1h}, record: each}]
        penalties:
          rules:
            - id: stuffing
              after: {denials: 3, per: 1m}
              ladder: [{action: challenge, for: 1h}, {action: challenge, for: 2h}]
              decay: 24h
        """;
    private static final String REQUEST = "{\"clientId\":\"shop/%s\",\"deadlineMillis\":60000}";

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldLiftOneRungOnce_whenTheTokenIsRedeemed(@TempDir Path directory) throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        String first;
        String second;
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            // Given
            first = challenged(dev, "alice");
            String bobs = challenged(dev, "bob");

            // When
            List<String> lifted = redeem(dev, first).ok();

            // Then
            assertThat(lifted).containsExactly("penalty stuffing of shop/alice lifted");
            redeem(dev, first).assertFailed("409 Challenge over: penalty stuffing");
            redeem(dev, first.substring(0, first.length() - 4) + "AAAA").assertFailed("403 Challenge token not valid");
            redeem(dev, "no-token").assertFailed("400 Invalid request", "expected: a challenge token");
            assertThat(ask(dev, "alice").path("reasonCode").asText()).isEqualTo("limit-exceeded");
            assertThat(ask(dev, "bob").path("reasonCode").asText()).isEqualTo("penalty");
            second = challenged(dev, "alice");
            assertThat(second).isNotIn(first, bobs);
            assertThat(ask(dev, "alice").at("/penalty/rung").asInt()).isEqualTo(1);
            dev.kill();
        }
        try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
            // Then it is not forgotten what was redeemed
            redeem(dev, first).assertFailed("409 Challenge over");
            assertThat(ask(dev, "alice").at("/penalty/challenge").asText()).isEqualTo(second);
            redeem(dev, second).ok();
            assertThat(ask(dev, "alice").path("reasonCode").asText()).isEqualTo("limit-exceeded");
            assertThat(LiveCluster.agreed(() -> dev.assertAgainstLog(data)).expectedPenalties())
                    .extracting(entry -> entry.action().wireName())
                    .containsExactlyInAnyOrder(
                            "penalty-started",
                            "penalty-started",
                            "penalty-started",
                            "penalty-lifted",
                            "penalty-lifted");
            assertThat(dev.stop()).isTrue();
        }
    }

    /** Is refused until a penalty begins; the token of its first answer. */
    private String challenged(DevProcess dev, String client) throws Exception {
        JsonNode answer = ask(dev, client);
        for (int i = 0; i < 10 && !answer.path("reasonCode").asText().equals("penalty"); i++) {
            answer = ask(dev, client);
        }
        assertThat(answer.path("action").asText()).as("%s", answer).isEqualTo("challenge");
        return answer.at("/penalty/challenge").asText();
    }

    private JsonNode ask(DevProcess dev, String client) throws Exception {
        return JSON.readTree(caller.postAll(dev.httpUrl() + "/v1/admissions", List.of(REQUEST.formatted(client)))
                .get(0)
                .body());
    }

    private static Ended redeem(DevProcess dev, String token) throws Exception {
        return SluiceProcess.run(Map.of("SLUICE_URL", dev.httpUrl()), "redeem", "--reason", "captcha passed", token);
    }
}
