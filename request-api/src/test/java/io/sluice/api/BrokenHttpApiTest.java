package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.api.server.KnownHosts;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What callers get wrong below any resource: it is their fault, they are told so as a problem, and nobody logs it. */
final class BrokenHttpApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST = "{\"clientId\":\"acme/a\"}";
    private static RequestApi api;
    private static int[] ports;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.open("everybody");
        ScriptedControlPlane writer = new ScriptedControlPlane();
        writer.reset();
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), access),
                new AdminPlane(writer, access, KnownHosts.of(List.of("x"))),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        ports = new int[] {api.dataPort(), api.adminPort()};
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        for (String name : List.of(Logger.ROOT_LOGGER_NAME, "org.eclipse.jetty", "io.sluice")) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.INFO);
        }
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(log);
    }

    @AfterEach
    void shouldLogNothing() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        assertThat(List.copyOf(log.list)).isEmpty();
    }

    private static Reply ask(int port, String bytes) throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            return connection.send(bytes).read();
        }
    }

    /** A problem that says what its status says, with the fields of every answer. */
    private static void assertProblem(Reply reply, int status) throws Exception {
        assertThat(reply.status()).as(reply.head()).isEqualTo(status);
        assertThat(reply.head())
                .containsIgnoringCase("Content-Type: application/problem+json\r\n")
                .containsIgnoringCase("X-Content-Type-Options: nosniff\r\n")
                .containsOnlyOnce("Cache-Control: no-store\r\n");
        JsonNode problem = JSON.readTree(reply.body());
        assertThat(problem.path("status").asInt()).as(reply.body()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("type").asText()).matches("about:blank|urn:sluice:problem:[a-z-]+");
        assertThat(reply.body()).doesNotContain("Exception", "org.eclipse", "\\tat ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GET /v1/%zz HTTP/1.1",
                "400 | GARBAGE",
                "400 | GET",
                "400 | GET /healthz HTTP/1.1 extra",
                "400 | GET  /healthz  HTTP/1.1",
                "400 | GET /healthz HTTP/1.1~Host: x~Host: y",
                "400 | GET /healthz HTTP/1.1~No colon",
                "400 | POST /v1/reservations HTTP/1.1~Host: x~Content-Length: 5~Content-Length: 6",
                "400 | POST /v1/reservations HTTP/1.1~Host: x~Content-Length: -5",
                "400 | POST /v1/reservations HTTP/1.1~Host: x~Content-Length: five",
                "400 | POST /v1/reservations HTTP/1.1~Host: x~Transfer-Encoding: gzip",
                "400 | GET /healthz HTTP/1.1~Host: x~Upgrade: h2c",
                "404 | GET /nowhere HTTP/1.1~Host: x",
                "404 | PUT /nowhere HTTP/1.1~Host: x",
                "404 | GET /nowhere HTTP/1.1~Host: x~Accept: image/png",
                "404 | GET /nowhere HTTP/1.1~Host: x~Accept: ;q=x~Accept-Charset: none",
                "404 | GET /nowhere HTTP/1.1~Host: x~Accept-Encoding: gzip;q=abc, *;;",
                "404 | GET /nowhere HTTP/1.1~Host: x~Sec-WebSocket-Version: 13~Upgrade: websocket~Connection: upgrade",
                "404 | FROB /nowhere HTTP/1.1~Host: x",
                "404 | GET /nowhere HTTP/1.1~Host: x~Content-Type: text/plain; charset",
                "404 | GET /nowhere HTTP/1.1~Host: x~Cookie: ;;=;\"",
                "405 | PUT /healthz HTTP/1.1~Host: x",
                "405 | DELETE /metrics HTTP/1.1~Host: x",
                "405 | FROB /readyz HTTP/1.1~Host: x",
                "414 | GET /LONG HTTP/1.1~Host: x",
                "417 | POST /v1/reservations HTTP/1.1~Host: x~Content-Length: 5~Expect: a miracle",
                "426 | GET /healthz HTTP/2.0~Host: x",
                "431 | GET /healthz HTTP/1.1~Host: x~X: LONG",
                "505 | GET /healthz HTTP/7.3~Host: x",
            })
    void shouldTellAsProblem_whenAHeadIsWrong(int status, String head) throws Exception {
        // Given
        String bytes = head.replace("~", "\r\n").replace("LONG", "x".repeat(9_000)) + "\r\n\r\n";
        for (int port : ports) {
            // When / Then
            assertProblem(ask(port, bytes), status);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1\r\n{}\r\n0\r\n\r\n",
                "zz\r\n{}\r\n0\r\n\r\n",
                "ffffffffffffffffff\r\n{}",
                "2\r\n{}x\r\n0\r\n\r\n",
                ";\r\n{}\r\n0\r\n\r\n",
            })
    void shouldAnswer400AndClose_whenAChunkIsNone(String chunks) throws Exception {
        // Given
        for (String path : List.of("/v1/admissions", "/v1/admissions/batch", "/v1/reservations", "/v1/nowhere")) {
            // When
            Reply reply = ask(api.dataPort(), RawConnection.head("POST", path, "Transfer-Encoding: chunked") + chunks);

            // Then
            assertProblem(reply, 400);
            assertThat(reply.closes()).isTrue();
        }
        Reply admin = ask(
                api.adminPort(),
                RawConnection.head("POST", "/v1/rulesets/proposals", "Transfer-Encoding: chunked") + chunks);
        assertProblem(admin, 400);
        assertThat(admin.closes()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "false,/v1/admissions",
        "false,/v1/admissions/batch",
        "false,/v1/admissions/atomic",
        "false,/v1/reservations",
        "false,/v1/reservations/0-1/cancel",
        "true,/v1/rulesets/proposals",
        "true,/v1/accounts/acme/profile/changes",
        "true,/v1/explain"
    })
    void shouldAnswer400_whenABodyIsCutShort(boolean isAdmin, String path) throws Exception {
        // Given
        for (String framing : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
            try (RawConnection connection = new RawConnection(isAdmin ? api.adminPort() : api.dataPort())) {
                // When
                connection
                        .send(RawConnection.head("POST", path, framing) + "4\r\n{   \r\n")
                        .endOfInput();

                // Then
                assertProblem(connection.read(), 400);
                assertThat(connection.readAll()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/audit?limit=%zz",
                "/v1/audit?limit=%FF&before=%",
                "/v1/audit?limit=1e9",
                "/v1/audit?=&&&",
                "/v1/rulesets?before=-1",
                "/v1/rulesets/99999999999999999999",
                "/v1/rulesets/proposals/x",
                "/v1/rulesets/proposals/%00",
                "/v1/accounts/%FF/profile",
                "/v1/accounts/a%2Fb/audit",
                "/v1/clients/%FF/quota",
                "/v1/clients/%C3%28/quota",
                "/v1/clients/%u0041/quota",
                "/v1/clients/a;b=c/quota",
                "/v1/clients/../../quota",
                "/v1/clients//quota",
                "/%2e%2e/etc",
                "//",
                "/v1/clients/a%0d%0a/quota"
            })
    void shouldNeverBeAtFault_whenAPathOrAQueryIsOdd(String target) throws Exception {
        // Given
        for (int port : ports) {
            for (String field :
                    List.of("X: y", "Content-Type: text/plain; charset", "Content-Type: a/b; charset=no-such")) {
                // When
                Reply reply = ask(
                        port,
                        RawConnection.head("GET", target, field).replace("Content-Type: application/json\r\n", ""));

                // Then
                assertThat(reply.status()).as(reply.head()).isBetween(200, 499);
            }
        }
    }

    @Test
    void shouldNeverBeAtFault_whateverBytesCome() throws Exception {
        // Given
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String right = RawConnection.post("/v1/reservations", REQUEST);

        for (int i = 0; i < 400; i++) {
            // When: one byte of a right request is another one
            char[] bytes = right.toCharArray();
            int place = random.nextInt(bytes.length);
            bytes[place] = (char) random.nextInt(128);
            Reply reply;
            try (RawConnection connection = new RawConnection(ports[i % 2])) {
                reply = connection.send(new String(bytes)).endOfInput().read();
            } catch (java.io.EOFException e) {
                // A request that never began has no answer.
                continue;
            }

            // Then
            assertThat(reply.status())
                    .as("seed %d, byte %d: %s", seed, place, reply)
                    .matches(status -> status >= 200 && status < 500 || status == 505);
        }
    }

    @Test
    void shouldHaveTheFieldsOfEveryAnswer_whateverTheAnswerIs() throws Exception {
        // Given
        List<String> requests = List.of(
                RawConnection.head("GET", "/healthz"),
                RawConnection.head("HEAD", "/readyz"),
                RawConnection.head("GET", "/metrics"),
                RawConnection.head("GET", "/openapi.yaml"),
                RawConnection.head("GET", "/v1/clients/acme/quota"),
                RawConnection.post("/v1/admissions", REQUEST),
                RawConnection.post("/v1/admissions", "{\"clientId\":\"deny\"}"),
                RawConnection.post("/v1/admissions/batch", "{\"requests\":[" + REQUEST + "]}"),
                RawConnection.post("/v1/reservations", REQUEST),
                RawConnection.head("GET", "/v1/rulesets/active"),
                RawConnection.head("OPTIONS", "*"),
                RawConnection.head("HEAD", "/nowhere"));
        for (int port : ports) {
            for (String admission : requests) {
                try (RawConnection connection = new RawConnection(port)) {
                    // When
                    String answer = connection
                            .send(admission.replace("Host: x", "Host: x\r\nConnection: close"))
                            .readAll();

                    // Then
                    assertThat(answer)
                            .as(admission)
                            .containsOnlyOnce("X-Content-Type-Options: nosniff\r\n")
                            .containsOnlyOnce("Cache-Control: no-store\r\n");
                }
            }
        }
    }
}
