package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's files, and the figures that only it asks for, on a real admin port. */
final class ConsoleApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static AdminPort port;

    @BeforeAll
    static void start() throws RequestApiStartException {
        port = AdminPort.counted();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/console/", "/console/assets/app.js", "/console/assets/vendor/preact.js"})
    void shouldServeWithStrictFields_whoeverAsks(String path) throws Exception {
        // Given nobody who is known
        // When
        HttpResponse<String> response = port.admin.get(path);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "content-security-policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(response, "x-frame-options")).isEqualTo("DENY");
        assertThat(header(response, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(header(response, "cache-control")).isEqualTo("no-cache");
        assertThat(header(response, "content-encoding")).isEmpty();
        assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void shouldSendLess_whenTheBrowserTakesGzipOrHasTheFile() throws Exception {
        // Given
        HttpRequest.Builder compressed =
                port.admin.request("/console/assets/app.js").header("accept-encoding", "gzip");

        // When
        HttpResponse<String> first = port.admin.send(compressed.GET());
        HttpResponse<String> again = port.admin.send(
                compressed.header("if-none-match", header(first, "etag")).GET());

        // Then
        assertThat(header(first, "content-encoding")).isEqualTo("gzip");
        assertThat(header(first, "vary")).isEqualTo("Accept-Encoding");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "content-security-policy")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/assets/files.properties",
                "/console/assets/%2e%2e/files.properties",
                "/console/assets/web/app.js",
                "/console/assets",
                "/console/accounts"
            })
    void shouldFindNothing_whenItIsNoFileOfTheConsole(String path) throws Exception {
        assertThat(port.admin.get(path).statusCode()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/console/sign-in", "/console/assets/app.js", "/v1/sign-in"})
    void shouldNameGetAndHead_whenTheMethodIsAnother(String path) throws Exception {
        for (String method : new String[] {"TRACE", "OPTIONS", "PUT"}) {
            // When
            HttpResponse<String> response =
                    port.admin.send(port.admin.request(path).method(method, HttpRequest.BodyPublishers.noBody()));

            // Then
            AdminPort.problem(response, 405, "method-not-allowed");
            assertThat(header(response, "allow")).isEqualTo("GET, HEAD");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/sign-in", "/console/sign-in/", "/console/sign-in?code=a&state=b"})
    void shouldSayThatPeopleSignInWithKeys_whenThereIsNoIssuer(String path) throws Exception {
        assertThat(AdminPort.problem(port.admin.get(path), 404, "not-found")
                        .path("detail")
                        .asText())
                .contains("keys only");
    }

    @Test
    void shouldNotBeOnTheDataPort_norAnswerOtherOrigins() throws Exception {
        // Given
        HttpRequest.Builder preflight = port.admin
                .request("/v1/traffic")
                .header("origin", "https://elsewhere.example")
                .header("access-control-request-method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody());

        // When
        HttpResponse<String> data = port.data.get("/console");
        HttpResponse<String> asked = port.admin.send(preflight);

        // Then
        assertThat(data.statusCode()).isEqualTo(404);
        assertThat(asked.statusCode()).isEqualTo(403);
        assertThat(asked.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    @Test
    void shouldCountAnswers_whenAskedForTraffic() throws Exception {
        // Given
        assertThat(port.admin.get("/v1/traffic").statusCode()).isEqualTo(401);
        port.data.post("/v1/admissions", "{\"clientId\":\"acme/alice\"}");
        port.data.post(
                "/v1/admissions/atomic",
                "{\"checks\":[{\"clientId\":\"acme/alice\"},{\"clientId\":\"acme/alice\",\"cost\":2}]}");

        // When
        JsonNode traffic = Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> JSON.readTree(port.get("/v1/traffic").body()), seen -> answers(seen) > 0);

        // Then
        assertThat(answers(traffic)).isGreaterThanOrEqualTo(3);
        assertThat(traffic.path("dataPort").asInt()).isEqualTo(port.data.port());
        JsonNode samples = traffic.path("samples");
        long last = samples.get(samples.size() - 1).path("sequence").asLong();
        assertThat(JSON.readTree(port.get("/v1/traffic?after=" + last).body()).path("samples"))
                .allSatisfy(
                        sample -> assertThat(sample.path("sequence").asLong()).isGreaterThan(last));
        assertThat(port.get("/v1/traffic?after=-1").statusCode()).isEqualTo(400);
        assertThat(port.get("/v1/traffic?other=1").statusCode()).isEqualTo(400);
        assertThat(port.admin.get("/metrics").body()).contains("sluice_http_admissions_total{answer=\"allowed\"}");
    }

    @Test
    void shouldCountLimitByLimit_whenAskedForTheirTraffic() throws Exception {
        // Given
        port.data.post("/v1/admissions", "{\"clientId\":\"deny/alice\"}");

        // When
        JsonNode most = JSON.readTree(port.get("/v1/limits/traffic?limit=1").body());
        JsonNode asked = JSON.readTree(
                port.get("/v1/limits/traffic?ids=nobody,per-client").body());

        // Then
        JsonNode row = most.path("limits").get(0);
        assertThat(most.path("limits")).hasSize(1);
        assertThat(row.path("id").asText()).isEqualTo("per-client");
        assertThat(row.path("refused").asLong()).isPositive();
        assertThat(row.path("nearAccounts").asLong()).isEqualTo(1);
        assertThat(asked.path("limits")).hasSize(1);
        assertThat(asked.path("nearPerMille").asInt()).isEqualTo(800);
        assertThat(port.get("/v1/limits/traffic?ids=" + ",".repeat(50)).statusCode())
                .isEqualTo(400);
        assertThat(port.get("/v1/limits/traffic?limit=501").statusCode()).isEqualTo(400);
        assertThat(port.admin.get("/v1/limits/traffic").statusCode()).isEqualTo(401);
        assertThat(port.admin.get("/metrics").body()).contains("sluice_http_limits_tracked_max 10000.0");
    }

    private static long answers(JsonNode traffic) {
        long answers = 0;
        for (JsonNode sample : traffic.path("samples")) {
            for (String kind : new String[] {"allowed", "throttled", "denied", "degraded", "unanswered"}) {
                answers += sample.path(kind).asLong();
            }
        }
        return answers;
    }

    @Test
    void shouldShowTheQuotaOfAnyAccount_toAViewer() throws Exception {
        // Given
        // When
        HttpResponse<String> seen = port.get("/v1/clients/acme/alice/quota");

        // Then
        assertThat(seen.statusCode()).as(seen.body()).isEqualTo(200);
        assertThat(seen.body()).contains("\"clientId\":\"acme/alice\"");
        assertThat(port.admin.get("/v1/clients/acme/alice/quota").statusCode()).isEqualTo(401);
    }
}
