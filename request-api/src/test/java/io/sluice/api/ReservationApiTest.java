package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.schemas.request.SettleRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reservations on a real server, over a cluster that answers as it is told. */
final class ReservationApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ScriptedAdmissions CLUSTER = new ScriptedAdmissions();
    private static RequestApi api;
    private static ApiCaller data;

    @BeforeAll
    static void start() throws Exception {
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(CLUSTER),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        data = new ApiCaller(api.dataPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String reservation(String clientId) {
        return "{\"clientId\":\"" + clientId + "\",\"cost\":5,\"reserve\":{\"ttlMillis\":30000}}";
    }

    @Test
    void shouldAnswer201WithItsPlace_whenReserved() throws Exception {
        // When
        HttpResponse<String> response = data.post("/v1/reservations", reservation("acme/a"));

        // Then
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("location")).hasValue("/v1/reservations/0-1");
        assertThat(response.headers().firstValue("ratelimit")).isPresent();
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.path("reservationId").asText()).isEqualTo("0-1");
        assertThat(body.path("reservationExpiresAtMillis").asLong()).isEqualTo(30_005);
    }

    @ParameterizedTest
    @CsvSource({"deny,429", "late,503", "degraded-allow,200", "degraded-deny,429", "broken,500"})
    void shouldCreateNothing_whenNotReserved(String account, int status) throws Exception {
        // When
        HttpResponse<String> response = data.post("/v1/reservations", reservation(account));

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("location")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"clientId\":\"acme\",\"cost\":5} | reserve",
                "{\"clientId\":\"acme\",\"reserve\":{}} | reserve.ttlMillis",
                "{\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":86400001}} | reserve.ttlMillis",
                "{\"clientId\":\"acme\",\"reserve\":30} | reserve"
            })
    void shouldAnswer400_whenTheReservationIsMalformed(String body, String field) throws Exception {
        // When
        HttpResponse<String> response = data.post("/v1/reservations", body);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/errors/0/field").asText())
                .isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/reservations/0-1/commit,COMMIT,3,committed,reservationId",
        "/v1/reservations/0-1/cancel,CANCEL,0,cancelled,reservationId",
        "/v1/admissions/0-1/release,RELEASE,0,released,releaseId"
    })
    void shouldAnswer200_whenSettled(String path, SettleRequest.Verb verb, long cost, String outcome, String idField)
            throws Exception {
        // When
        String kept = verb == SettleRequest.Verb.COMMIT ? ",\"cost\":3" : "";
        HttpResponse<String> response = data.post(path, "{\"clientId\":\"acme/a\"" + kept + ",\"deadlineMillis\":88}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.path("outcome").asText()).isEqualTo(outcome);
        assertThat(body.path(idField).asText()).isEqualTo("0-1");
        assertThat(body.path("returned").asLong()).isEqualTo(5 - cost);
        assertThat(body.path("limits")).hasSize(1);
        assertThat(CLUSTER.lastSettled.verb()).isEqualTo(verb);
        assertThat(CLUSTER.lastSettled.cost()).isEqualTo(cost);
        assertThat(CLUSTER.lastDeadlineMillis).isEqualTo(88);
    }

    @ParameterizedTest
    @CsvSource({
        "stranger,404,urn:sluice:problem:reservation-not-found",
        "greedy,409,urn:sluice:problem:commit-above-reservation",
        "late,503,https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
        "broken,500,urn:sluice:problem:internal"
    })
    void shouldTellTheKindOfProblem_whenNotSettled(String account, int status, String type) throws Exception {
        // When
        HttpResponse<String> response =
                data.post("/v1/reservations/0-1/commit", "{\"clientId\":\"" + account + "\",\"cost\":3}");

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(JSON.readTree(response.body()).path("type").asText()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/reservations/0-1/commit | {\"clientId\":\"acme\"} | cost",
                "/v1/reservations/0-1/commit | {\"cost\":1} | clientId",
                "/v1/reservations/17/commit | {\"clientId\":\"acme\",\"cost\":1} | reservationId",
                "/v1/reservations/x-y/cancel | {\"clientId\":\"acme\"} | reservationId",
                "/v1/admissions/0-99999999999999999999/release | {\"clientId\":\"acme\"} | releaseId",
                "/v1/admissions/0-1/release | [] | ''"
            })
    void shouldAnswer400_whenMalformed(String path, String body, String field) throws Exception {
        // When
        HttpResponse<String> response = data.post(path, body);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/errors/0/field").asText())
                .isEqualTo(field);
    }
}
