package io.sluice.api;

import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.signals.SignalService;
import io.sluice.schemas.reply.SignalStatus;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health signals on a real admin port, over partitions that answer as they are told. */
final class SignalApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BAD = "{\"signal\":\"payments-db\",\"state\":\"bad\"}";
    private static AdminPort port;
    private static ScriptedSignals signals;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
        signals = port.writer.signals;
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    private static HttpResponse<String> report(String who, String body) throws Exception {
        return port.admin.send(port.as(who, "/v1/signals").POST(json(body)));
    }

    @Test
    void shouldReport_whenTheCallerIsAReporterOrAnOperator() throws Exception {
        // Given
        signals.next = new SignalService.Reported(4);

        // When
        HttpResponse<String> response = report("agent", BAD);
        String first = signals.lastReport;
        HttpResponse<String> other =
                report("otto", "{\"signal\":\"payments-db\",\"state\":\"good\",\"validMillis\":3600000}");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()))
                .isEqualTo(JSON.readTree(
                        "{\"signal\":\"payments-db\",\"state\":\"bad\",\"validMillis\":30000,\"partitions\":4}"));
        assertThat(first).isEqualTo("payments-db false 30000 agent");
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(signals.lastReport).isEqualTo("payments-db true 3600000 otto");
    }

    @Test
    void shouldAnswer503_whenAPartitionDoesNotHaveIt() throws Exception {
        // Given
        signals.next = new SignalService.Unavailable("partition 3 does not have the report");

        // When
        HttpResponse<String> response = report("agent", BAD);

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("partition 3 does not have the report");
    }

    @Test
    void shouldSumUpThePartitions_whenListed() throws Exception {
        // Given
        SignalStatus bad = new SignalStatus("payments-db", false, 1_000, 31_000, true);
        SignalStatus good = new SignalStatus("payments-db", true, 2_000, 30_000, false);
        SignalStatus other = new SignalStatus("cache", true, 5, 6, false);
        signals.known = new SignalService.Known(4, Map.of(0, List.of(bad), 1, List.of(bad, other), 3, List.of(good)));

        // When
        HttpResponse<String> response = port.get("/v1/signals");

        // Then
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("""
            {"partitions":4,"answered":3,"signals":[
             {"name":"cache","good":1,"bad":0,"brownOut":0,"sinceMillis":5,"untilMillis":6},
             {"name":"payments-db","good":1,"bad":2,"brownOut":2,"sinceMillis":2000,"untilMillis":31000}]}
            """));

        // When
        signals.known = new SignalService.Known(4, Map.of());

        // Then
        assertThat(port.get("/v1/signals").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldRefuse_whenTheRoleIsAnother() throws Exception {
        problem(report("vera", BAD), 403, "forbidden");
        problem(report("ed", BAD), 403, "forbidden");
        problem(port.admin.send(port.as("agent", "/v1/signals").GET()), 403, "forbidden");
        problem(port.admin.send(port.as("agent", "/v1/access").GET()), 403, "forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"signal\":\"Payments\",\"state\":\"bad\"}",
                "{\"signal\":\"\",\"state\":\"bad\"}",
                "{\"signal\":7,\"state\":\"bad\"}",
                "{\"signal\":\"a\",\"state\":\"BAD\"}",
                "{\"signal\":\"a\",\"state\":\"bad\",\"validMillis\":999}",
                "{\"signal\":\"a\",\"state\":\"bad\",\"validMillis\":3600001}",
                "{\"signal\":\"a\",\"state\":\"bad\",\"validMillis\":\"30s\"}",
                "{\"signal\":\"a\",\"state\":\"bad\",\"for\":\"30s\"}"
            })
    void shouldAnswer400_whenTheReportIsNone(String body) throws Exception {
        // Given
        signals.lastReport = "";

        // When / Then
        problem(report("agent", body), 400, "invalid-request");
        assertThat(signals.lastReport).isEmpty();
    }
}
