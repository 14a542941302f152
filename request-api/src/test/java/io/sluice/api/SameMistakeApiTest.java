package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same mistake is answered with the same status by every endpoint of both ports. */
final class SameMistakeApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KNOWN = "sluice_all";
    private static final String LESSER = "sluice_lesser";
    private static final ScriptedControlPlane WRITER = new ScriptedControlPlane();
    private static final int BODY_BYTES_MAX = 1 << 20;

    private static RequestApi api;

    /**
     * One endpoint, with what it is asked rightly.
     *
     * @param body null for one that takes none
     */
    private record Asked(boolean isAdmin, String path, String body) {
        String method() {
            return body == null ? "GET" : "POST";
        }

        @Override
        public String toString() {
            return (isAdmin ? "admin " : "data ") + method() + " " + path;
        }
    }

    private static Stream<Asked> data() {
        return Stream.of(
                new Asked(false, "/v1/admissions", "{'clientId':'late/a'}"),
                new Asked(false, "/v1/admissions/batch", "{'requests':[{'clientId':'late/a'}]}"),
                new Asked(false, "/v1/admissions/atomic", "{'checks':[{'clientId':'late/a'},{'clientId':'late/b'}]}"),
                new Asked(false, "/v1/reservations", "{'clientId':'late/a','cost':5,'reserve':{'ttlMillis':30000}}"),
                new Asked(false, "/v1/reservations/0-1/commit", "{'clientId':'late/a','cost':5}"),
                new Asked(false, "/v1/reservations/0-1/cancel", "{'clientId':'late/a'}"),
                new Asked(false, "/v1/admissions/0-1/release", "{'clientId':'late/a'}"),
                new Asked(false, "/v1/clients/late/a/quota", null));
    }

    private static Stream<Asked> admin() {
        return Stream.of(
                new Asked(true, "/v1/rulesets/proposals", "{'reason':'r','document':{'limits':[]}}"),
                new Asked(true, "/v1/rulesets/proposals", null),
                new Asked(true, "/v1/rulesets/proposals/1", null),
                new Asked(true, "/v1/rulesets/proposals/1/diff", null),
                new Asked(true, "/v1/rulesets/proposals/1/approve", "{'reason':'r'}"),
                new Asked(true, "/v1/rulesets/proposals/1/reject", "{'reason':'r'}"),
                new Asked(true, "/v1/rulesets/proposals/1/activate", "{'reason':'r'}"),
                new Asked(true, "/v1/rulesets", null),
                new Asked(true, "/v1/rulesets/active", null),
                new Asked(true, "/v1/rulesets/1", null),
                new Asked(true, "/v1/rulesets/rollback", "{'reason':'r','toRevision':1}"),
                new Asked(true, "/v1/audit", null),
                new Asked(true, "/v1/accounts/acme/profile", null),
                new Asked(true, "/v1/accounts/acme/profile/changes", "{'reason':'r','action':'set-tier','tier':'pro'}"),
                new Asked(true, "/v1/accounts/acme/audit", null),
                new Asked(true, "/v1/explain", "{'clientId':'late/a'}"));
    }

    private static Stream<Asked> all() {
        return Stream.concat(data(), admin());
    }

    private static Stream<Asked> guarded() {
        return Stream.concat(all(), Stream.of(new Asked(true, "/v1/caller", null)));
    }

    private static Stream<Asked> withBody() {
        return all().filter(asked -> asked.body() != null);
    }

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(
                new AccessKey("all", Set.of(Role.values()), AllowedAccounts.ALL, AccessKey.hashOf(KNOWN)),
                new AccessKey("lesser", Set.of(), AllowedAccounts.of(List.of("other")), AccessKey.hashOf(LESSER))));
        RequestApiConfig standard = RequestApiConfig.standard("127.0.0.1", 0, 0);
        // Rulesets may be larger by default than a client can send before it sees the answer.
        api = RequestApi.start(
                standard.with(standard.bounds().withBodiesBytesMax(BODY_BYTES_MAX)),
                new DataPlane(new ScriptedAdmissions(), access),
                new AdminPlane(WRITER, access),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void reset() {
        WRITER.reset();
        WRITER.failNext();
    }

    private static HttpResponse<String> send(Asked asked, String key, String type, String method, String body)
            throws Exception {
        ApiCaller port = new ApiCaller(asked.isAdmin() ? api.adminPort() : api.dataPort());
        HttpRequest.Builder request = port.request(asked.path()).header("if-match", "\"1\"");
        if (!type.isEmpty()) {
            request.header("content-type", type);
        }
        if (!key.isEmpty()) {
            request.header("authorization", "Bearer " + key);
        }
        return port.send(request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private static HttpResponse<String> json(Asked asked, String body) throws Exception {
        return send(asked, KNOWN, "application/json", asked.method(), body);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asText()).endsWith(type);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void shouldAnswer415_whenTheBodyIsNoJsonByItsType(Asked asked) throws Exception {
        assertProblem(send(asked, KNOWN, "text/xml", "POST", asked.body()), 415, ":unsupported-media-type");
        assertProblem(send(asked, KNOWN, "", "POST", asked.body()), 415, ":unsupported-media-type");
        assertProblem(send(asked, KNOWN, "", "POST", null), 415, ":unsupported-media-type");
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void shouldAnswer413_whenTheBodyIsTooLarge(Asked asked) throws Exception {
        assertProblem(json(asked, asked.body() + " ".repeat(BODY_BYTES_MAX)), 413, ":body-too-large");
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void shouldAnswer400_whenTheBodyIsNoObject(Asked asked) throws Exception {
        for (String body : List.of("", "{", "[]", "7", "{'unknown':1}", asked.body() + "x")) {
            assertProblem(json(asked, body), 400, ":invalid-request");
        }
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void shouldAnswer400_whenTheQueryCannotBeDecoded(Asked asked) throws Exception {
        try (RawConnection connection = new RawConnection(asked.isAdmin() ? api.adminPort() : api.dataPort())) {
            // When
            RawConnection.Reply reply = connection
                    .send(RawConnection.head(asked.method(), asked.path() + "?x=%C0%AF", "Content-Length: 0"))
                    .read();

            // Then
            assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void shouldAnswer401_whenTheCallerIsUnknown(Asked asked) throws Exception {
        for (String key : List.of("", "sluice_wrong")) {
            for (String type : List.of("application/json", "text/xml")) {
                // When
                HttpResponse<String> response = send(asked, key, type, asked.method(), asked.body());

                // Then
                assertProblem(response, 401, ":unauthorized");
                assertThat(response.headers().firstValue("www-authenticate")).isPresent();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldAnswer403_whenTheCallerMayNot(Asked asked) throws Exception {
        // When
        HttpResponse<String> response = send(asked, LESSER, "application/json", asked.method(), asked.body());

        // Then
        if (asked.path().endsWith("/batch")) {
            assertThat(JSON.readTree(response.body()).at("/results/0/status").asInt())
                    .isEqualTo(403);
        } else {
            assertProblem(response, 403, ":forbidden");
        }
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void shouldAnswer404_whenThereIsNoSuchPath(Asked asked) throws Exception {
        Asked nothing = new Asked(asked.isAdmin(), asked.path() + "/no/such/thing", asked.body());

        assertProblem(json(nothing, asked.body()), 404, ":not-found");
        assertProblem(send(nothing, "", "application/json", asked.method(), asked.body()), 401, ":unauthorized");
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void shouldAnswer405_whenThereIsNoSuchMethod(Asked asked) throws Exception {
        for (String method : List.of("PUT", "DELETE", "NONSENSE")) {
            // When
            HttpResponse<String> response = send(asked, KNOWN, "application/json", method, asked.body());

            // Then
            assertProblem(response, 405, ":method-not-allowed");
            assertThat(response.headers().firstValue("allow").orElse("")).contains(asked.method());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldAnswer503_whenTheClusterDoesNot(Asked asked) throws Exception {
        // Given
        if (asked.isAdmin() && asked.body() == null) {
            WRITER.forgetThatItIsComplete();
        }

        // When
        HttpResponse<String> response = json(asked, asked.body());

        // Then
        if (asked.path().endsWith("/batch")) {
            assertThat(JSON.readTree(response.body()).at("/results/0/status").asInt())
                    .isEqualTo(503);
        } else {
            assertProblem(response, 503, "#temporary-reduced-capacity");
            assertThat(response.headers().firstValue("retry-after")).isPresent();
        }
    }
}
