package io.sluice.api;

import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.api.server.KnownHosts;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers send to the admin port for pages of other sites, where everybody is let in and where keys are. */
final class OtherSitesApiTest {
    private static final String ENTRY =
            "{\"reason\":\"job\",\"access\":\"deny\",\"client\":\"acme/batch\",\"for\":\"1h\"}";
    private static AdminPort open;
    private static AdminPort guarded;

    @BeforeAll
    static void start() throws Exception {
        open = new AdminPort(Access.open("dev"), KnownHosts.of(List.of("Sluice.internal")));
        guarded = AdminPort.counted();
        open.writer.reset();
        guarded.writer.reset();
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    private static Reply get(AdminPort port, String path, String... fields) throws Exception {
        return RawConnection.ask(
                port.admin.port(),
                "GET " + path + " HTTP/1.1\r\n" + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n")
                        + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-Fetch-Site | cross-site",
                "Sec-Fetch-Site | same-site",
                "Origin | https://elsewhere.example",
                "Origin | http://127.0.0.1:1",
                "Origin | null"
            })
    void shouldChangeNothing_whenAnotherSiteAsks(String name, String value) throws Exception {
        for (AdminPort port : List.of(open, guarded)) {
            // Given
            HttpRequest.Builder request = port.as("otto", "/v1/access").header(name, value);

            // When
            HttpResponse<String> response = port.admin.send(request.POST(AdminPort.json(ENTRY)));

            // Then
            assertThat(problem(response, 403, "other-site").path("detail").asText())
                    .startsWith(name + ": " + value + " (expected: ");
            assertThat(port.writer.lastStep).isNull();
            assertThat(port.admin.get("/metrics").body())
                    .containsPattern("sluice_http_requests_seconds_count\\{endpoint=\"access\",status=\"403\",");
        }
    }

    @Test
    void shouldWantJson_whenAPageNeedsNoPreflight() throws Exception {
        for (String path : List.of("/v1/access", "/v1/access/1/remove", "/v1/signals")) {
            // Given
            HttpRequest.Builder request = open.admin
                    .request(path)
                    .header("content-type", "text/plain")
                    .POST(AdminPort.json(ENTRY));

            // When / Then
            problem(open.admin.send(request), 415, "unsupported-media-type");
        }
        assertThat(open.writer.lastStep).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:81", "127.0.0.1.evil.example", "localhost.evil.example", "x"})
    void shouldTellNothing_whenAnOpenPortIsCalledByAnotherName(String host) throws Exception {
        // Given a page whose name was made to resolve to this machine: for the browser it is the same site
        String[] fields = {"Host: " + host, "Origin: http://" + host, "Sec-Fetch-Site: same-origin"};

        // When
        Reply reply = get(open, "/v1/access", fields);

        // Then
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body())
                .contains("urn:sluice:problem:other-site", "Host: " + host + " (expected: ", "--admin-hosts");
        assertThat(get(guarded, "/v1/access", fields).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3:8081",
                "[::1]:8081",
                "localhost",
                "LOCALHOST:8081",
                "sluice.internal:8081",
                "SLUICE.internal"
            })
    void shouldAnswer_whenAnOpenPortIsCalledByItsAddressOrName(String host) throws Exception {
        assertThat(get(open, "/v1/access", "Host: " + host).status()).isEqualTo(200);
        assertThat(get(open, "/v1/access", "Host: " + host, "Origin: http://" + host)
                        .status())
                .isEqualTo(200);
        assertThat(get(open, "/v1/access", "Host: " + host, "Sec-Fetch-Site: none")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldAnswerTheConsole_whenAProxyThatEndsTlsChangesTheHost() throws Exception {
        assertThat(get(
                                guarded,
                                "/v1/access",
                                "Host: upstream:8081",
                                "Origin: https://sluice.example",
                                "Sec-Fetch-Site: same-origin",
                                "Authorization: Bearer secret-of-vera")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/healthz", "/readyz", "/openapi.yaml", "/openapi-admin.yaml", "/console"})
    void shouldServeWhatIsForEverybody_whateverTheNameAndTheSite(String path) throws Exception {
        // A scraper calls a service by its name, and a page elsewhere may link to the console.
        assertThat(get(open, path, "Host: sluice-admin:8081", "Sec-Fetch-Site: cross-site")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldAnswer_whenAnOldClientNamesNoHost() throws Exception {
        assertThat(RawConnection.ask(open.admin.port(), "GET /v1/access HTTP/1.0\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldTakeGatewaysCallers_onTheDataPort() throws Exception {
        // Given a gateway that passes on what a browser sent to it
        HttpRequest.Builder request = open.data
                .request("/v1/admissions")
                .header("content-type", "application/json")
                .header("origin", "https://shop.example")
                .header("sec-fetch-site", "cross-site");

        // When / Then
        assertThat(open.data
                        .send(request.POST(AdminPort.json("{\"clientId\":\"acme/alice\"}")))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a", "a:8081", "a b", "", "*.example"})
    void shouldNameTheHost_whenItIsNone(String name) {
        assertThatThrownBy(() -> KnownHosts.of(List.of(name)))
                .hasMessage("host: " + name + " (expected: a name without a port, such as sluice.internal)");
    }
}
