package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.client.Answer;
import io.sluice.client.Readiness;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The request API on a real server, over a cluster that answers as it is told. */
final class RequestApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADMISSIONS = "/v1/admissions";
    private static final ScriptedAdmissions CLUSTER = new ScriptedAdmissions();
    private static RequestApi api;
    private static ApiCaller data;
    private static ApiCaller admin;

    @BeforeAll
    static void start() throws Exception {
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(CLUSTER),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        data = new ApiCaller(api.dataPort());
        admin = new ApiCaller(api.adminPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void shouldAnswer200_whenAllowed() throws Exception {
        // Given
        String body = "{\"clientId\":\"acme/a\",\"requestId\":\"r\",\"deadlineMillis\":77}";

        // When
        HttpResponse<String> response = data.post(ADMISSIONS, body);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        assertThat(header(response, "ratelimit-policy")).isEqualTo("\"per-account\";q=1000;w=3600");
        assertThat(header(response, "ratelimit")).isEqualTo("\"per-account\";r=990;t=4");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
        assertThat(json(response).path("verdict").asText()).isEqualTo("allow");
        assertThat(json(response).path("requestId").asText()).isEqualTo("r");
        assertThat(CLUSTER.lastDeadlineMillis).isEqualTo(77);
    }

    @Test
    void shouldNameWhatItRestsOnAndNoRecordOfItsOwn_whenAFrontEndAnswersByItself() throws Exception {
        // Given
        // When
        HttpResponse<String> local = data.post(ADMISSIONS, "{\"clientId\":\"hot\",\"requestId\":\"r\"}");
        HttpResponse<String> exact = data.post(ADMISSIONS, "{\"clientId\":\"acme\",\"exact\":true}");

        // Then
        assertThat(json(local).path("recordedIn").asText()).isEqualTo("lease-report");
        assertThat(json(local).path("leaseId").asText()).isEqualTo("0-7");
        assertThat(json(local).has("decisionId")).isFalse();
        assertThat(json(local).path("requestId").asText()).isEqualTo("r");
        assertThat(header(local, "ratelimit")).isEqualTo("\"per-account\";r=990;t=4");
        assertThat(json(exact).path("recordedIn").asText()).isEqualTo("decision");
        assertThat(json(exact).path("decisionId").asText()).isEqualTo("0-1");
        assertThat(json(exact).has("leaseId")).isFalse();
        HttpResponse<String> denied = data.post(ADMISSIONS, "{\"clientId\":\"hotdenied\"}");
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(json(denied).path("recordedIn").asText()).isEqualTo("lease-report");
        assertThat(json(denied).path("repeats").asText()).isEqualTo("0-8");
        assertThat(json(denied).has("decisionId")).isFalse();
        HttpResponse<String> degraded = data.post(ADMISSIONS, "{\"clientId\":\"degraded-allow\"}");
        assertThat(json(degraded).path("recordedIn").asText()).isEqualTo("none");
        assertThat(json(degraded).has("decisionId")).isFalse();
    }

    @Test
    void shouldAnswer429AsProblem_whenDenied() throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"deny\"}");

        // Then
        JsonNode problem = problem(response, 429);
        assertThat(problem.path("type").asText())
                .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
        assertThat(problem.path("violated-policies")).hasSize(1);
        assertThat(problem.path("violated-policies").get(0).asText()).isEqualTo("per-client");
        assertThat(problem.path("verdict").asText()).isEqualTo("deny");
        assertThat(problem.path("detail").asText()).isEqualTo("too much");
        assertThat(problem.path("retryAfterMillis").asLong()).isEqualTo(2_500);
        assertThat(header(response, "retry-after")).isEqualTo("3");
        assertThat(header(response, "ratelimit")).isEqualTo("\"per-account\";r=990, \"per-client\";r=0;t=3");
    }

    @Test
    void shouldNotSayWhenToRetry_whenItCanNeverBeAdmitted() throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"never\"}");

        // Then
        assertThat(problem(response, 429).has("retryAfterMillis")).isFalse();
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "late,503,https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
        "degraded-deny,429,https://iana.org/assignments/http-problem-types#quota-exceeded",
        "reused,422,urn:sluice:problem:idempotency-key-reused",
        "broken,500,urn:sluice:problem:internal",
        "defect,500,urn:sluice:problem:internal"
    })
    void shouldTellTheKindOfProblem_whenThereIsNoVerdict(String account, int status, String type) throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"" + account + "\"}");

        // Then
        assertThat(problem(response, status).path("type").asText()).isEqualTo(type);
        assertThat(response.body()).doesNotContain("secret", "Exception");
        assertThat(response.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503 || status == 429);
    }

    @Test
    void shouldAnswer500_whenAnEndpointEndsWithAnErrorInAThreadOfThePool() throws Exception {
        // When: nobody else would answer, since such a thread has no caller
        HttpResponse<String> response = data.get("/v1/clients/defect/quota");

        // Then
        assertThat(problem(response, 500).path("type").asText()).isEqualTo("urn:sluice:problem:internal");
        assertThat(response.body()).doesNotContain("secret", "NoClassDef");
    }

    @Test
    void shouldMarkTheAnswer_whenTheFailurePolicyAllows() throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"degraded-allow\"}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("degraded").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | ''",
                "[] | ''",
                "{} | clientId",
                "{\"clientId\":1} | clientId",
                "{\"clientId\":\"a\\u0000\"} | clientId",
                "{\"clientId\":\"a\",\"cost\":-3} | cost",
                "{\"clientId\":\"a\",\"cost\":92233720368547758070} | cost",
                "{\"clientId\":\"a\",\"deadlineMillis\":0} | deadlineMillis",
                "{\"clientId\":\"a\",\"deadlineMillis\":60001} | deadlineMillis",
                "{\"clientId\":\"a\",\"deadlineMillis\":2000,\"maxWaitMillis\":2000} | deadlineMillis",
                "{\"clientId\":\"a\",\"maxWaitMillis\":60001} | maxWaitMillis",
                "{\"clientId\":\"a\",\"priority\":\"urgent\"} | priority",
                "{\"clientId\":\"a\",\"route\":{\"path\":7}} | route.path",
                "{\"clientId\":\"a\"} x | ''"
            })
    void shouldNameTheField_whenBodyIsInvalid(String body, String field) throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, body);

        // Then
        JsonNode problem = problem(response, 400);
        assertThat(problem.path("type").asText()).isEqualTo("urn:sluice:problem:invalid-request");
        assertThat(problem.path("errors").get(0).path("field").asText()).isEqualTo(field);
        assertThat(problem.path("errors").get(0).path("detail").asText()).contains("");
    }

    // A connection that is closed too early loses the answer one time in fifteen.
    @RepeatedTest(20)
    void shouldHoldTheBodyToItsBound_whenSizedOrChunked() throws Exception {
        // Given
        String start = "{\"clientId\":\"a\"";
        String fits = start + " ".repeat(65_536 - start.length() - 1) + "}";
        String tooLong = fits + " ";

        // When
        HttpResponse<String> atBound = data.post(ADMISSIONS, fits);
        HttpResponse<String> beyond = data.post(ADMISSIONS, tooLong);
        HttpResponse<String> chunked = data.send(data.request(ADMISSIONS)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(tooLong.getBytes(StandardCharsets.UTF_8)))));

        // Then
        assertThat(atBound.statusCode()).isEqualTo(200);
        assertThat(problem(beyond, 413).path("type").asText()).isEqualTo("urn:sluice:problem:body-too-large");
        assertThat(problem(chunked, 413).path("detail").asText()).isEqualTo("body (expected: at most 65536 bytes)");
    }

    @Test
    void shouldTellTheWay_whenRouteMethodOrTypeIsWrong() throws Exception {
        // Given
        HttpRequest.Builder xml = data.request(ADMISSIONS)
                .header("content-type", "text/xml")
                .POST(HttpRequest.BodyPublishers.ofString("<a/>"));
        HttpRequest.Builder vendor = data.request(ADMISSIONS)
                .header("content-type", "application/vnd.acme+json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("{\"clientId\":\"a\"}"));

        HttpRequest.Builder unreported =
                data.request(ADMISSIONS).POST(HttpRequest.BodyPublishers.ofString("{\"clientId\":\"a\"}"));
        HttpRequest.Builder unreportedReservation =
                data.request("/v1/reservations").POST(HttpRequest.BodyPublishers.ofString("{\"clientId\":\"a\"}"));

        // When
        HttpResponse<String> put = data.send(data.request(ADMISSIONS).PUT(HttpRequest.BodyPublishers.ofString("{}")));

        // Then
        assertThat(problem(data.get("/nope"), 404).path("type").asText()).isEqualTo("urn:sluice:problem:not-found");
        assertThat(problem(put, 405).path("type").asText()).isEqualTo("urn:sluice:problem:method-not-allowed");
        assertThat(header(put, "allow")).isEqualTo("POST");
        assertThat(problem(data.send(xml), 415).path("status").asInt()).isEqualTo(415);
        assertThat(data.send(vendor).statusCode()).isEqualTo(200);
        assertThat(problem(data.send(unreported), 415).path("detail").asText())
                .isEqualTo("content type (expected: application/json)");
        problem(data.send(unreportedReservation), 415);
    }

    @Test
    void shouldAnswerInOrder_whenBatch() throws Exception {
        // Given
        String requests = IntStream.range(0, 1_000)
                .mapToObj(i -> i % 3 == 0
                        ? "{\"clientId\":\"deny\",\"requestId\":\"r" + i + "\"}"
                        : i % 3 == 1 ? "{\"clientId\":\"a\",\"requestId\":\"r" + i + "\"}" : "{\"cost\":1}")
                .collect(Collectors.joining(","));

        // When
        HttpResponse<String> response = data.post(ADMISSIONS + "/batch", "{\"requests\":[" + requests + "]}");

        // Then
        JsonNode results = json(response).path("results");
        assertThat(results).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            JsonNode result = results.get(i);
            assertThat(result.path("status").asInt()).isEqualTo(i % 3 == 0 ? 429 : i % 3 == 1 ? 200 : 400);
            String told = i % 3 == 2
                    ? result.path("body").path("errors").get(0).path("field").asText()
                    : result.path("body").path("requestId").asText();
            assertThat(told).isEqualTo(i % 3 == 2 ? "requests[" + i + "].clientId" : "r" + i);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"requests\":[]}", "{\"requests\":7}", "[]"})
    void shouldAnswer400_whenBatchIsNone(String body) throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS + "/batch", body);

        // Then
        assertThat(problem(response, 400).path("errors")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"acme/a,acme/a", "acme%2Fa,acme/a", "%C3%A9t%C3%A9%20x,été x"})
    void shouldReportQuota_whenClientIdIsSpelledEitherWay(String path, String clientId) throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.get("/v1/clients/" + path + "/quota");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("clientId").asText()).isEqualTo(clientId);
        assertThat(json(response).path("limits").get(0).path("remaining").asLong())
                .isEqualTo(990);
    }

    @Test
    void shouldTellQuotaProblems_whenLateOrInvalid() throws Exception {
        // Given
        String tooLong = "a".repeat(257);

        // When / Then
        assertThat(problem(data.get("/v1/clients/late/quota"), 503)
                        .path("detail")
                        .asText())
                .isEqualTo("no report");
        assertThat(problem(data.get("/v1/clients/" + tooLong + "/quota"), 400)
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asText())
                .isEqualTo("clientId");
    }

    @Test
    void shouldServeOperations_onBothPorts() throws Exception {
        // Given
        data.post(ADMISSIONS, "{\"clientId\":\"a\"}");

        for (ApiCaller port : new ApiCaller[] {data, admin}) {
            // When
            HttpResponse<String> metrics = port.get("/metrics");

            // Then
            assertThat(port.get("/healthz").body()).isEqualTo("{\"status\":\"up\"}");
            assertThat(port.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(header(metrics, "content-type")).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.body())
                    .contains("sluice_http_requests_seconds_count{endpoint=\"admissions\",status=\"200\",");
        }
        assertThat(data.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
        assertThat(admin.post(ADMISSIONS, "{\"clientId\":\"a\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldNotBeReady_whenTheClusterIsNot() throws Exception {
        // Given
        CLUSTER.readiness = new Readiness(false, "request partition 3 no longer answers");

        // When
        HttpResponse<String> response = data.get("/readyz");
        CLUSTER.readiness = new Readiness(true, "");

        // Then
        assertThat(problem(response, 503).path("detail").asText()).isEqualTo("request partition 3 no longer answers");
    }

    @Test
    void shouldBeReadyAndSayWhatIsMissing_whenMostOfTheClusterAnswers() throws Exception {
        // Given
        CLUSTER.readiness = new Readiness(true, "request partition 3 no longer answers");

        // When
        HttpResponse<String> response = data.get("/readyz");
        CLUSTER.readiness = new Readiness(true, "");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"ready\",\"detail\":\"request partition 3 no longer answers\"}");
        assertThat(data.get("/readyz").body()).isEqualTo("{\"status\":\"ready\"}");
    }

    @Test
    void shouldRefuseAsProblem_whenHttpItselfIsBroken() throws Exception {
        // Given
        String hugeHeader =
                "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000) + "\r\nConnection: close\r\n\r\n";
        String badUri = "GET /v1/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

        // When
        String tooLarge = data.raw(hugeHeader);
        String invalid = data.raw(badUri);

        // Then
        assertThat(tooLarge).startsWith("HTTP/1.1 431").contains("application/problem+json");
        assertThat(invalid).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    @Test
    void shouldGoOn_whenCallersHangUp() throws Exception {
        // Given
        for (int i = 0; i < 20; i++) {
            data.abandon(ADMISSIONS, "{\"clientId\":\"hang\"}");
        }

        // When
        CLUSTER.neverAnswered.complete(new Answer.Unavailable<>("too late"));

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(data.get("/metrics").body()).contains("sluice_http_in_flight 0.0"));
        assertThat(data.post(ADMISSIONS, "{\"clientId\":\"a\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldNameThePort_whenInUse() {
        // Given
        RequestApiConfig taken = RequestApiConfig.standard("127.0.0.1", api.dataPort(), 0);
        RequestApiConfig adminTaken = RequestApiConfig.standard("127.0.0.1", 0, api.dataPort());

        // When / Then
        assertThatThrownBy(() -> start(taken)).hasMessage("http port 127.0.0.1:" + api.dataPort() + " is in use");
        assertThatThrownBy(() -> start(adminTaken)).hasMessage("admin port 127.0.0.1:" + api.dataPort() + " is in use");
    }

    private static void start(RequestApiConfig config) throws RequestApiStartException {
        RequestApi.start(config, DataPlane.open(CLUSTER), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
                .close();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }

    private static JsonNode problem(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem;
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
