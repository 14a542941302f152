package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.Role;
import io.sluice.api.events.EventBounds;
import io.sluice.schemas.control.AuditEntry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events on a real admin port. */
@Timeout(120)
final class EventsApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedControlPlane writer = new ScriptedControlPlane();
    private final HttpClient http = HttpClient.newHttpClient();
    private RequestApi api;
    private ApiCaller admin;
    private ApiCaller data;

    @BeforeEach
    void start() throws Exception {
        Access access =
                Access.of(List.of(key("vera", Role.VIEWER), key("otto", Role.OPERATOR), key("rita", Role.REPORTER)));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(new ScriptedAdmissions()),
                new AdminPlane(writer, access).with(new EventBounds(3, 2, 3_600_000)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        admin = new ApiCaller(api.adminPort());
        data = new ApiCaller(api.dataPort());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static AccessKey key(String name, Role role) {
        return new AccessKey(name, Set.of(role), AccessKey.hashOf("secret-of-" + name));
    }

    private HttpRequest.Builder as(String name) {
        return admin.request("/v1/events").header("authorization", "Bearer secret-of-" + name);
    }

    private HttpResponse<InputStream> open(String name) throws Exception {
        return http.send(as(name).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private double streams() throws Exception {
        String line = admin.get("/metrics")
                .body()
                .lines()
                .filter(each -> each.startsWith("sluice_http_events_streams "))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.substring(line.indexOf(' ')));
    }

    @Test
    void shouldTellOfTrafficAndChanges_asTheyCome() throws Exception {
        // Given
        writer.reset();
        writer.written("ed", new AuditEntry.Activated(1, 1, "{}"));
        HttpResponse<InputStream> response = open("vera");
        data.post("/v1/admissions", "{\"clientId\":\"acme/alice\"}");

        // When
        long allowed = 0;
        String changes = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (allowed == 0 || changes.isEmpty()) {
                String line = lines.readLine();
                if (line.equals("event: traffic")) {
                    String told = lines.readLine().substring("data: ".length());
                    allowed += JSON.readTree(told).at("/samples/0/allowed").asLong();
                } else if (line.equals("event: changes")) {
                    changes = lines.readLine();
                }
            }
        }

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        assertThat(allowed).isEqualTo(1);
        assertThat(changes).isEqualTo("data: {\"audit\":1,\"penalties\":0}");

        // And a page that has gone is forgotten
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> streams() == 0);
    }

    @Test
    void shouldBeBounded_forEachCallerAndForAll() throws Exception {
        // Given
        try (InputStream first = open("vera").body();
                InputStream second = open("vera").body()) {
            // When / Then
            assertThat(open("vera").statusCode()).isEqualTo(503);
            try (InputStream third = open("otto").body()) {
                assertThat(open("otto").statusCode()).isEqualTo(503);
                assertThat(streams()).isEqualTo(3);
                assertThat(admin.get("/metrics").body())
                        .contains("sluice_http_events_streams_max 3.0", "sluice_http_events_refused_total 2.0");
                assertThat(List.of(first, second, third)).doesNotContainNull();
            }
        }
    }

    @Test
    void shouldBeOnlyForThoseWhoMay_andNotForHead() throws Exception {
        problem(admin.send(as("rita").GET()), 403, "forbidden");
        problem(admin.get("/v1/events"), 401, "unauthorized");
        assertThat(admin.send(as("vera")
                                .uri(admin.request("/v1/events?x=1").build().uri())
                                .GET())
                        .statusCode())
                .isEqualTo(400);
        HttpResponse<String> head = admin.send(as("vera").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "cache-control")).isEqualTo("no-store");
        assertThat(streams()).isZero();
    }

    @Test
    void shouldNotHoldUpAServerThatStops() throws Exception {
        // Given
        InputStream stream = open("vera").body();

        // When
        api.close();

        // Then it has ended as it should
        assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).startsWith(": open\n\n");
    }

    @Test
    void shouldTakeNoPlace_whenTheBodyIsBrokenAndTheAnswerIsAnother() throws Exception {
        // Given
        String broken = RawConnection.head(
                        "GET", "/v1/events", "Authorization: Bearer secret-of-vera", "Transfer-Encoding: chunked")
                + "zz\r\n";

        // When: more often than there are places
        for (int i = 0; i < 5; i++) {
            assertThat(RawConnection.ask(api.adminPort(), broken).status()).isEqualTo(400);
        }

        // Then
        assertThat(streams()).isZero();
        HttpResponse<InputStream> next = open("vera");
        assertThat(next.statusCode()).isEqualTo(200);
        next.body().close();
    }
}
