package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.api.auth.Access;
import io.sluice.api.replay.LogReplays;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rulesets that are tried on the log, over a log that answers as it is told. */
final class TrialsApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRIALS = "/v1/rulesets/trials";
    private static final String ORDER = """
        {"document":{"limits":[{"id":"a","scope":"client","rate":{"tokens":1,"per":"1s"}}]},"lastMillis":3600000}
        """;
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @BeforeEach
    void reset() {
        port.replays.trial = null;
        port.replays.isBusy = false;
    }

    private static HttpResponse<String> post(String who, String body) throws Exception {
        return port.admin.send(port.as(who, TRIALS).POST(json(body)));
    }

    @Test
    void shouldBeginWatchAndEndATrial_whenAnEditorAsks() throws Exception {
        // When
        HttpResponse<String> begun = post("ed", ORDER);

        // Then
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
        assertThat(header(begun, "location")).isEqualTo(TRIALS + "/t-1");
        assertThat(port.replays.document).startsWith("{\"limits\":[{\"id\":\"a\"");
        String running = "{\"id\":\"t-1\",\"author\":\"ed\",\"lastMillis\":3600000,\"state\":\"running\","
                + "\"startedAtMillis\":1000,\"progressPerMille\":250,\"records\":17}";
        assertThat(JSON.readTree(begun.body())).isEqualTo(JSON.readTree(running));
        assertThat(JSON.readTree(port.get(TRIALS + "/t-1").body())).isEqualTo(JSON.readTree(running));
        assertThat(JSON.readTree(port.get(TRIALS).body()))
                .isEqualTo(JSON.readTree("{\"enabled\":true,\"trials\":[" + running + "]}"));

        // When, Then
        assertThat(port.admin.send(port.as("ed", TRIALS + "/t-1").DELETE()).statusCode())
                .isEqualTo(200);
        problem(port.get(TRIALS + "/t-1"), 404, "not-found");
        problem(port.admin.send(port.as("ed", TRIALS + "/t-1").DELETE()), 404, "not-found");
        assertThat(port.get(TRIALS).body()).isEqualTo("{\"enabled\":true,\"trials\":[]}");
    }

    @Test
    void shouldShowWhatCameOfIt_whenItHasEnded() throws Exception {
        // Given
        port.replays.trial = new LogReplays.Trial("t-2", "ed", 60_000, "done", 1, 1_000, 9, "{\"all\":{}}", null, 99);

        // When, Then
        assertThat(port.get(TRIALS + "/t-2").body())
                .endsWith("\"records\":9,\"keptUntilMillis\":99,\"result\":{\"all\":{}}}");
        assertThat(port.get(TRIALS).body()).doesNotContain("result");
        port.replays.trial =
                new LogReplays.Trial("t-3", "ed", 60_000, "failed", 1, 0, 0, null, "kafka does not answer", 99);
        assertThat(port.get(TRIALS + "/t-3").body()).endsWith("\"failure\":\"kafka does not answer\"}");
    }

    @Test
    void shouldRefuseASecondOne_whileOneRuns() throws Exception {
        // Given
        port.replays.isBusy = true;

        // When, Then
        assertThat(problem(post("ed", ORDER), 409, "conflict").path("detail").asText())
                .startsWith("another ruleset is being tried");
    }

    @Test
    void shouldRefuseThose_whoMayNotPropose() throws Exception {
        problem(post("vera", ORDER), 403, "forbidden");
        problem(port.admin.send(port.as("vera", TRIALS + "/t-1").DELETE()), 403, "forbidden");
        assertThat(port.replays.trial).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[] | 400 | invalid-request | not an object",
                "{'document':{},'lastMillis':0} | 400 | invalid-request | lastMillis: 0 (expected: 1..1209600000)",
                "{'document':{}} | 400 | invalid-request | lastMillis: null",
                "{'lastMillis':5} | 400 | invalid-request | document: missing",
                "{'document':{},'lastMillis':5,'last':6} | 400 | invalid-request | last",
                "{'document':{'limits':[{'id':'a'}]},'lastMillis':5} | 422 | invalid-ruleset | does not compile"
            })
    void shouldNameTheMistake_whenTheOrderIsWrong(String body, int status, String type, String detail)
            throws Exception {
        assertThat(problem(post("ed", body.replace('\'', '"')), status, type)
                        .path("detail")
                        .asText())
                .contains(detail);
        assertThat(port.replays.trial).isNull();
    }

    @Test
    void shouldSayThatItIsOff_whenTheFrontEndDoesNotRunTheLog() throws Exception {
        // Given
        try (AdminPort off = AdminPort.withoutReplays(Access.open("dev"))) {
            // When, Then
            assertThat(off.admin.get(TRIALS).body()).isEqualTo("{\"enabled\":false,\"trials\":[]}");
            assertThat(problem(off.admin.post(TRIALS, ORDER), 404, "not-found")
                            .path("detail")
                            .asText())
                    .contains("expected: one with --replay");
            assertThat(problem(off.admin.post("/v1/explain", "{\"decisionId\":\"3-48211\"}"), 404, "not-found")
                            .path("detail")
                            .asText())
                    .contains("3-48211")
                    .contains("expected: one with --replay");
        }
    }
}
