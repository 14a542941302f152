package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cli.chaos.FreePorts;
import io.sluice.cli.process.Gateway.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real nginx, Caddy and HAProxy, with the configurations of {@code examples/gateways}, before one app: each once as
 * it fails closed, and once as it fails open. They all ask one {@code sluice dev}, which is paused, killed and started
 * again.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GatewaysIT {
    private static final Pattern READY = Pattern.compile("sluice ready: http");
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);
    /** Requests of each limit, which do not flow back while the test runs. */
    private static final int TOKENS = 3;

    private static final String RULES = """
        limits:
          - {id: nginx, match: {path: /nginx/limited, methods: [POST]}, scope: account, rate: {tokens: 3, per: 24h}}
          - {id: caddy, match: {path: /caddy/limited, methods: [POST]}, scope: account, rate: {tokens: 3, per: 24h}}
          - {id: haproxy, match: {path: /haproxy/limited, methods: [POST]}, scope: account, rate: {tokens: 3, per: 24h}}
          - {id: root, match: {path: /}, scope: account, rate: {tokens: 20, per: 24h}}
          - {id: any, scope: account, rate: {tokens: 100000, per: 24h}}
        """;

    @TempDir
    private static Path directory;

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private static final FreePorts PORTS = new FreePorts();
    /** What reached the app. */
    private static final Queue<String> SERVED = new ConcurrentLinkedQueue<>();

    private static final Map<Kind, Gateway> CLOSED = new EnumMap<>(Kind.class);
    private static final Map<Kind, Gateway> OPEN = new EnumMap<>(Kind.class);
    private static HttpServer app;
    private static int sluicePort;
    private static SluiceProcess sluice;

    @BeforeAll
    static void start() throws Exception {
        app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.setExecutor(Executors.newCachedThreadPool());
        app.createContext("/", GatewaysIT::serve);
        app.start();
        sluicePort = PORTS.next();
        Files.writeString(directory.resolve("rules.yaml"), RULES);
        startSluice();
        for (Kind kind : Kind.values()) {
            if (kind.isInstalled()) {
                CLOSED.put(kind, gateway(kind, /* failsOpen= */ false));
                OPEN.put(kind, gateway(kind, /* failsOpen= */ true));
            }
        }
    }

    private static void startSluice() throws IOException {
        sluice = SluiceProcess.start(
                Map.of(),
                List.of(
                        "dev",
                        "--data",
                        directory.resolve("data").toString(),
                        "--rules",
                        directory.resolve("rules.yaml").toString(),
                        "--http-port",
                        Integer.toString(sluicePort),
                        "--admin-port",
                        "0",
                        "--kafka-port",
                        "0",
                        "--grpc-port",
                        "0",
                        "--trusted-proxies",
                        "127.0.0.1,::1",
                        "--forward-auth-client-header",
                        "X-Client-ID",
                        "--forward-auth-cost-header",
                        "X-Cost",
                        "--forward-auth-attribute",
                        "agent=User-Agent"));
        sluice.awaitLine(READY);
    }

    private static Gateway gateway(Kind kind, boolean failsOpen) throws IOException {
        Path own = Files.createDirectories(directory.resolve(kind.program() + (failsOpen ? "-open" : "-closed")));
        return Gateway.start(
                kind,
                failsOpen,
                new Gateway.Ports(PORTS.next(), sluicePort, app.getAddress().getPort()),
                own);
    }

    private static void serve(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        SERVED.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        byte[] body = "the app".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterAll
    static void stop() throws Exception {
        for (Gateway gateway : CLOSED.values()) {
            gateway.close();
        }
        for (Gateway gateway : OPEN.values()) {
            gateway.close();
        }
        if (sluice != null) {
            sluice.close();
        }
        app.stop(0);
    }

    private static Gateway closed(Kind kind) {
        assumeTrue(kind.isInstalled(), kind.program() + " is not installed");
        return CLOSED.get(kind);
    }

    private static HttpResponse<String> ask(Gateway gateway, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .timeout(ANSWERED_WITHIN)
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("a body")
                                : HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitStatus(Gateway gateway, String path, int status) {
        Awaitility.await()
                .atMost(ANSWERED_WITHIN)
                .untilAsserted(() -> assertThat(ask(gateway, "GET", path).statusCode())
                        .as("%s %s:%n%s", gateway, path, gateway.printed())
                        .isEqualTo(status));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Order(1)
    void shouldPassOn_whenSluiceAllows(Kind kind) throws Exception {
        // Given
        Gateway gateway = closed(kind);

        for (String path : List.of("/" + kind.program() + "/free?q=1&deny=403", "/a//b/%7E;c=d?x=%41")) {
            // When
            HttpResponse<String> response = ask(gateway, "GET", path);

            // Then
            assertThat(response.statusCode())
                    .as(response.body() + gateway.printed())
                    .isEqualTo(200);
            assertThat(response.body()).isEqualTo("the app");
            assertThat(response.headers().firstValue("RateLimit").orElse("")).startsWith("\"any\";r=");
            assertThat(response.headers().firstValue("RateLimit-Policy").orElse(""))
                    .isEqualTo("\"any\";q=100000;w=86400");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Order(2)
    void shouldAnswer429_whenSluiceDeniesHoweverTheCallerSpoofs(Kind kind) throws Exception {
        // Given
        Gateway gateway = closed(kind);
        String path = "/" + kind.program() + "/limited";
        List<Integer> statuses = new ArrayList<>();
        SERVED.clear();

        // When
        for (int i = 0; i < TOKENS + 3; i++) {
            statuses.add(ask(
                            gateway,
                            "POST",
                            path + "?attempt=" + i,
                            "X-Forwarded-For",
                            "203.0.113." + i,
                            "X-Forwarded-Uri",
                            "/free",
                            "X-Forwarded-Method",
                            "GET",
                            "X-Forwarded-Host",
                            "other.example",
                            "X-Original-URL",
                            "http://other.example/free",
                            "X-Original-URI",
                            "/free",
                            "X-Original-Method",
                            "GET",
                            "X-Real-IP",
                            "203.0.113." + i,
                            "Forwarded",
                            "for=203.0.113." + i,
                            "X-Client-ID",
                            "acme/x" + i,
                            "X-Cost",
                            "0",
                            "Authorization",
                            "Bearer of.another.service")
                    .statusCode());
        }
        HttpResponse<String> denied = ask(gateway, "POST", path);
        HttpResponse<String> other = ask(gateway, "GET", path);

        // Then
        assertThat(statuses).as(gateway.printed()).containsExactly(200, 200, 200, 429, 429, 429);
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(denied.headers().firstValue("Retry-After").orElse("")).matches("[1-9]\\d*");
        assertThat(denied.headers().firstValue("RateLimit").orElse("")).contains("\"" + kind.program() + "\";r=0");
        assertThat(denied.headers().firstValue("RateLimit-Policy").orElse(""))
                .contains("\"" + kind.program() + "\";q=3;w=86400");
        assertThat(denied.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(denied.body()).contains("\"status\":429").contains("quota-exceeded");
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(SERVED).hasSize(TOKENS + 1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Order(3)
    void shouldStayClosed_whenACallerMakesSluiceRefuse(Kind kind) throws Exception {
        // Given: too long a path for Sluice, and even for the head of a request
        closed(kind);
        SERVED.clear();

        for (String path : List.of("/" + "a".repeat(3_000), "/" + "a".repeat(8_100))) {
            // When
            int status = ask(OPEN.get(kind), "GET", path).statusCode();

            // Then
            assertThat(status).as(OPEN.get(kind).printed()).isBetween(400, 499);
        }
        assertThat(SERVED).isEmpty();
    }

    @Test
    @Order(4)
    void shouldShowWhatThePageSays_whenItsCommandIsCopied() throws Exception {
        // Given
        Gateway gateway = closed(Kind.NGINX);

        // When
        String printed = ReadmeBlock.run(
                "docs/GATEWAYS.md", "curl", script -> script.replace("http://127.0.0.1:8000", gateway.url()));

        // Then
        assertThat(printed)
                .containsPattern(" 20 200\\s+5 429\\s+HTTP/1.1 429 Too Many Requests")
                .containsPattern("Retry-After: \\d+")
                .contains("RateLimit: \"root\";r=0")
                .contains("RateLimit-Policy: \"root\";q=20")
                .contains("\"status\":429");
    }

    @Test
    @Order(5)
    void shouldFailAsConfigured_whenSluiceIsSlowOrDownAndComeBack() throws Exception {
        assumeTrue(!CLOSED.isEmpty(), "no gateway is installed");

        // Given: everything stands still, and connections are open
        sluice.pause();

        // When / Then
        for (Kind kind : CLOSED.keySet()) {
            awaitStatus(CLOSED.get(kind), "/slow", 503);
            awaitStatus(OPEN.get(kind), "/slow", 200);
        }

        // Given
        sluice.resume();
        for (Kind kind : CLOSED.keySet()) {
            awaitStatus(CLOSED.get(kind), "/resumed", 200);
        }

        // Given
        sluice.kill();

        // When / Then
        for (Kind kind : CLOSED.keySet()) {
            HttpResponse<String> closed = ask(CLOSED.get(kind), "GET", "/down");
            HttpResponse<String> open = ask(OPEN.get(kind), "POST", "/down");
            assertThat(closed.statusCode()).as(kind + " " + closed.body()).isEqualTo(503);
            assertThat(closed.headers().firstValue("Retry-After")).as(kind + "").hasValue("1");
            assertThat(open.statusCode()).as(kind + " " + open.body()).isEqualTo(200);
            assertThat(open.body()).isEqualTo("the app");
        }

        // Given
        startSluice();

        // When / Then: counts go on where they were
        for (Kind kind : CLOSED.keySet()) {
            awaitStatus(CLOSED.get(kind), "/back", 200);
            for (Gateway gateway : List.of(CLOSED.get(kind), OPEN.get(kind))) {
                HttpResponse<String> back = ask(gateway, "GET", "/back");
                assertThat(back.headers().firstValue("RateLimit"))
                        .as(gateway + " " + back)
                        .isPresent();
                assertThat(ask(gateway, "POST", "/" + kind.program() + "/limited")
                                .statusCode())
                        .as(gateway + "")
                        .isEqualTo(429);
            }
        }
    }
}
