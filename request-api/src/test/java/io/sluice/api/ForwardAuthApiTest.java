package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.api.gateways.TrustedProxies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward-auth over HTTP: any method, any path, any body, and the requests of gateways as they send them. */
final class ForwardAuthApiTest {
    private static final String KEY = "sluice_secret-of-the-gateway";
    private static final String ALICES = "sluice_secret-of-alice";
    private static final long SEED = 20_261_130L;
    private static final int HOSTILE = 500;

    private final ScriptedAdmissions cluster = new ScriptedAdmissions();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private RequestApi api;

    private void start(String... proxies) throws Exception {
        Access access = Access.of(List.of(
                new AccessKey("gw", Set.of(), AllowedAccounts.ALL, AccessKey.hashOf(KEY)),
                new AccessKey("alice", Set.of(), AllowedAccounts.of(List.of("acme")), AccessKey.hashOf(ALICES))));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0)
                        .with(new ForwardAuthConfig(
                                TrustedProxies.of(List.of(proxies)),
                                1_000,
                                new ForwardAuthConfig.Fields("X-Client-ID", "X-Cost", null, Map.of()))),
                new DataPlane(cluster, access),
                registry);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Reply ask(String method, String path, String... fields) throws Exception {
        return RawConnection.ask(api.dataPort(), RawConnection.head(method, path, fields));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"})
    void shouldAnswer_whateverTheMethod(String method) throws Exception {
        // Given
        start("127.0.0.1");

        // When
        Reply exact = ask(method, "/v1/forward-auth", "X-Forwarded-Method: " + method);
        Reply below = ask(method, "/v1/forward-auth/orders/7?q=%zz");

        // Then
        assertThat(exact.status()).as(exact.toString()).isEqualTo(200);
        assertThat(below.status()).as(below.toString()).isEqualTo(200);
        assertThat(below.head()).contains("RateLimit: ", "RateLimit-Policy: ", "X-Sluice-Status: 200");
        assertThat(below.head()).contains("Content-Length: 0").doesNotContain("\nContent-Type");
        assertThat(below.body()).isEmpty();
        assertThat(cluster.lastRequest.route().method()).isEqualTo(method);
        assertThat(cluster.lastRequest.route().path()).isEqualTo("/orders/7");
        assertThat(registry.scrape())
                .contains("endpoint=\"forward-auth\",status=\"200\"")
                .doesNotContain("orders");
    }

    @Test
    void shouldLetNobodyIn_withoutKeyUnlessItIsAProxy() throws Exception {
        // Given
        start("10.0.0.0/8");

        // When
        Reply unauthenticated = ask("GET", "/v1/forward-auth", "X-Forwarded-For: 10.0.0.1");
        Reply wrong = ask("GET", "/v1/forward-auth/x", "Authorization: Bearer sluice_wrong");
        Reply alice =
                ask("GET", "/v1/forward-auth", "Authorization: Bearer " + ALICES, "X-Client-ID: globex", "X-Cost: 0");
        Reply gateway = ask(
                "GET",
                "/v1/forward-auth",
                "Authorization: Bearer " + KEY,
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Uri: /a");

        // Then
        assertThat(unauthenticated.status()).isEqualTo(401);
        assertThat(unauthenticated.head()).contains("WWW-Authenticate: Bearer realm=\"sluice data\"");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(alice.status()).isEqualTo(200);
        assertThat(gateway.status()).isEqualTo(200);
        assertThat(cluster.askedBy).containsExactly("acme/alice", "anonymous:203.0.113.7");
    }

    @Test
    void shouldTakeAForeignTokenForNone_whenTheProxyPassesItOn() throws Exception {
        // Given: callers of the gateway have tokens of other services
        start("127.0.0.0/8");

        // When
        Reply foreign = ask("GET", "/v1/forward-auth", "Authorization: Basic dTpw", "X-Forwarded-For: 203.0.113.7");
        Reply jwt = ask("GET", "/v1/forward-auth", "Authorization: Bearer a.b.c", "X-Forwarded-For: 203.0.113.8");
        Reply twice = ask("GET", "/v1/forward-auth", "Authorization: Bearer a", "Authorization: Bearer b");
        Reply known = ask("GET", "/v1/forward-auth", "Authorization: Bearer " + ALICES);

        // Then
        assertThat(List.of(foreign.status(), jwt.status(), twice.status(), known.status()))
                .containsExactly(200, 200, 400, 200);
        assertThat(cluster.askedBy).containsExactly("anonymous:203.0.113.7", "anonymous:203.0.113.8", "acme/alice");
    }

    /** What is spelled so is refused everywhere else. */
    @ParameterizedTest
    @ValueSource(strings = {"/a//b", "/%2e%2e/x", "/a/../b", "/%C0%AF", "/a;b=c", "/a%2Fb", "/a\\b", "/", "//"})
    void shouldTakeAnyPath_whenItIsAnotherServers(String path) throws Exception {
        // Given
        start("127.0.0.1");

        // When
        Reply reply = ask("GET", "/v1/forward-auth" + path);
        Reply own = ask("GET", "/v1/clients/acme" + path + "/quota", "Authorization: Bearer " + KEY);

        // Then
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(cluster.lastRequest.route().path()).isEqualTo(path);
        assertThat(own.status()).as(own.toString()).isIn(200, 400);
    }

    /** What no server reads as a path, Jetty refuses before anybody sees it. */
    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%", "/%00", "/../../../x"})
    void shouldAnswer400_whenItIsNoPath(String path) throws Exception {
        // Given
        start("127.0.0.1");

        // When
        Reply reply = ask("GET", "/v1/forward-auth" + path);

        // Then
        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertThat(reply.head()).contains("application/problem+json");
        assertThat(cluster.askedBy).isEmpty();
    }

    @Test
    void shouldReadNoBody_andGoOnWithTheConnection() throws Exception {
        // Given
        start("127.0.0.1");
        String chunks = "5\r\nhello\r\n".repeat(100) + "0\r\n\r\n";
        try (RawConnection connection = new RawConnection(api.dataPort())) {
            // When
            Reply length = connection
                    .send(RawConnection.head("POST", "/v1/forward-auth", "Content-Length: 5") + "hello")
                    .read();
            Reply chunked = connection
                    .send(RawConnection.head("PUT", "/v1/forward-auth/x", "Transfer-Encoding: chunked") + chunks)
                    .read();
            Reply next = connection
                    .send(RawConnection.head("GET", "/v1/forward-auth"))
                    .read();

            // Then
            assertThat(List.of(length.status(), chunked.status(), next.status()))
                    .containsOnly(200);
            assertThat(next.closes()).isFalse();
            assertThat(registry.get("sluice.http.body.bytes").gauge().value()).isZero();
        }
    }

    @Test
    void shouldAnswerAndClose_whenTheBodyNeverEnds() throws Exception {
        // Given
        start("127.0.0.1");
        try (RawConnection connection = new RawConnection(api.dataPort())) {
            // When
            Reply reply = connection
                    .send(RawConnection.head("POST", "/v1/forward-auth", "Content-Length: 1000000000") + "x")
                    .read();

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.closes()).isTrue();
            assertThat(connection.readAll()).isEmpty();
        }
    }

    @Test
    void shouldRefuseTooLongFields_withAClearStatus() throws Exception {
        // Given
        start("127.0.0.1");

        // When
        Reply tooLarge = ask("GET", "/v1/forward-auth", "X-Forwarded-Uri: /" + "a".repeat(20_000));
        Reply tooLong = ask("GET", "/v1/forward-auth", "X-Forwarded-Uri: /" + "a".repeat(3_000));
        Reply longQuery = ask("GET", "/v1/forward-auth", "X-Forwarded-Uri: /a?" + "b".repeat(3_000));

        // Then
        assertThat(tooLarge.status()).isEqualTo(431);
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.body()).contains("route.path");
        assertThat(longQuery.status()).isEqualTo(200);
    }

    /** Go's client, as Traefik uses it; fields that the caller sent stay, those of ForwardAuth are set. */
    @Test
    void shouldAnswerTraefik_asItSends() throws Exception {
        // Given
        start("127.0.0.1");

        // When
        Reply reply = RawConnection.ask(
                api.dataPort(),
                "GET /v1/forward-auth HTTP/1.1\r\n"
                        + "Host: 127.0.0.1:8080\r\n"
                        + "User-Agent: curl/8.5.0\r\n"
                        + "Accept: */*\r\n"
                        + "X-Forwarded-For: 203.0.113.7\r\n"
                        + "X-Forwarded-Host: shop.example\r\n"
                        + "X-Forwarded-Method: POST\r\n"
                        + "X-Forwarded-Proto: https\r\n"
                        + "X-Forwarded-Uri: /orders/7?coupon=free\r\n"
                        + "Accept-Encoding: gzip\r\n"
                        + "\r\n");

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(cluster.lastRequest.clientId().text()).isEqualTo("anonymous:203.0.113.7");
        assertThat(cluster.lastRequest.route().toString())
                .isEqualTo("Route[method=POST, path=/orders/7, host=shop.example]");
    }

    /** lua-resty-http, as APISIX uses it: GET, or POST with the body of its caller. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void shouldAnswerApisix_asItSends(String method) throws Exception {
        // Given
        start("127.0.0.1");
        String body = method.equals("POST") ? "a=1&b=2" : "";
        try (RawConnection connection = new RawConnection(api.dataPort())) {
            for (int i = 0; i < 3; i++) {
                // When
                Reply reply = connection
                        .send(method + " /v1/forward-auth HTTP/1.1\r\n"
                                + "X-Forwarded-Uri: /orders/7?coupon=free\r\n"
                                + "X-Forwarded-Proto: http\r\n"
                                + "X-Forwarded-Host: shop.example\r\n"
                                + "X-Forwarded-For: 203.0.113.7\r\n"
                                + "X-Forwarded-Method: DELETE\r\n"
                                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                                + "User-Agent: lua-resty-http/0.17.1 (Lua) ngx_lua/10027\r\n"
                                + "Host: 127.0.0.1:8080\r\n"
                                + "\r\n"
                                + body)
                        .read();

                // Then
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.closes()).isFalse();
                assertThat(cluster.lastRequest.route().toString())
                        .isEqualTo("Route[method=DELETE, path=/orders/7, host=shop.example]");
            }
        }
    }

    @Test
    void shouldLive_whateverBytesAreForwarded() throws Exception {
        // Given
        start("127.0.0.1");
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < HOSTILE; i++) {
            StringBuilder head = new StringBuilder("GET /v1/forward-auth");
            if (random.nextInt(3) == 0) {
                head.append('/')
                        .append(HostileFields.value(random).replace(' ', '+').replace('\t', '+'));
            }
            head.append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
            for (int field = random.nextInt(5); field > 0; field--) {
                head.append(HostileFields.NAMES.get(random.nextInt(HostileFields.NAMES.size())))
                        .append(": ")
                        .append(HostileFields.value(random))
                        .append("\r\n");
            }
            String request = head + "\r\n";

            // When
            String answer;
            try (RawConnection connection = new RawConnection(api.dataPort())) {
                answer = connection
                        .send(request.getBytes(StandardCharsets.UTF_8))
                        .readAll();
            }

            // Then
            String shown = "seed " + SEED + ", request " + i + ": " + request + " -> " + answer;
            assertThat(answer).as(shown).containsPattern("^HTTP/1.1 (200|400|414|431) ");
        }
        assertThat(ask("GET", "/v1/forward-auth").status()).isEqualTo(200);
    }
}
