package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.RSAKey;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.KeyRing;
import io.sluice.api.auth.Role;
import io.sluice.api.auth.TokenIssuer;
import io.sluice.client.rules.ControlPlane;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Who may use which account on the data port, with keys and with tokens; and that nobody hears of either. */
final class DataAccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static final String ADMISSIONS = "/v1/admissions";
    private static final String CHECKOUT = "sluice_secret-of-checkout";
    private static final String EDGE = "sluice_secret-of-edge";
    private static final String EDITOR = "sluice_secret-of-ed";
    private static final ScriptedAdmissions CLUSTER = new ScriptedAdmissions();
    private static final ScriptedControlPlane WRITER = new ScriptedControlPlane();
    private static TokenIssuer issuer;
    private static RSAKey rsa;
    private static Access access;
    private static RequestApi api;
    private static ApiCaller data;
    private static ApiCaller admin;

    @BeforeAll
    static void start() throws Exception {
        LOG.start();
        root().addAppender(LOG);
        logger("io.sluice").setLevel(Level.TRACE);
        logger("com.nimbusds").setLevel(Level.TRACE);
        rsa = TokenIssuer.rsa("rsa-1");
        issuer = new TokenIssuer();
        issuer.publish(rsa);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        KeyRing keys = KeyRing.of(List.of(
                new AccessKey("checkout", Set.of(), AllowedAccounts.of(List.of("acme", "team-*")), hash(CHECKOUT)),
                new AccessKey("edge", Set.of(), AllowedAccounts.of(List.of("anonymous:*")), hash(EDGE)),
                new AccessKey("ed", Set.of(Role.EDITOR), hash(EDITOR))));
        access = Access.of(keys, issuer.config(), registry);
        WRITER.reset();
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(CLUSTER, access),
                new AdminPlane(WRITER, access),
                registry);
        data = new ApiCaller(api.dataPort());
        admin = new ApiCaller(api.adminPort());
    }

    @AfterAll
    static void stop() {
        api.close();
        access.close();
        issuer.close();
        root().detachAppender(LOG);
        logger("io.sluice").setLevel(null);
        logger("com.nimbusds").setLevel(null);
    }

    private static Logger root() {
        return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static String hash(String secret) {
        return AccessKey.hashOf(secret);
    }

    private static HttpResponse<String> ask(String token, String method, String path, String body) throws Exception {
        return send(data, token, method, path, body);
    }

    private static HttpResponse<String> send(ApiCaller port, String token, String method, String path, String body)
            throws Exception {
        HttpRequest.Builder request = port.request(path)
                .header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return port.send(token.isEmpty() ? request : request.header("authorization", "Bearer " + token));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/admissions | {'clientId':'ACCOUNT/a'}",
                "POST | /v1/reservations | {'clientId':'ACCOUNT/a','cost':5,'reserve':{'ttlMillis':30000}}",
                "POST | /v1/reservations/0-1/commit | {'clientId':'ACCOUNT/a','cost':5}",
                "POST | /v1/reservations/0-1/cancel | {'clientId':'ACCOUNT/a'}",
                "POST | /v1/admissions/0-1/release | {'clientId':'ACCOUNT/a'}",
                "GET | /v1/clients/ACCOUNT/a/quota | ''"
            })
    void shouldSpeakOnlyForItsAccounts_whenThereIsAKey(String method, String path, String body) throws Exception {
        // Given
        String json = body.replace('\'', '"');

        for (String account : List.of("acme", "team-b")) {
            // When
            HttpResponse<String> mine =
                    ask(CHECKOUT, method, path.replace("ACCOUNT", account), json.replace("ACCOUNT", account));

            // Then
            assertThat(mine.statusCode()).as(mine.body()).isIn(200, 201);
        }
        for (String account : List.of("globex", "acme2", "team")) {
            CLUSTER.lastDeadlineMillis = 0;
            HttpResponse<String> others =
                    ask(CHECKOUT, method, path.replace("ACCOUNT", account), json.replace("ACCOUNT", account));
            JsonNode problem = problem(others, 403, "forbidden");
            assertThat(problem.path("account").asText()).isEqualTo(account);
            assertThat(problem.path("detail").asText())
                    .isEqualTo("account " + account + " (expected: one that checkout may use)");
            assertThat(header(others, "www-authenticate")).contains("error=\"insufficient_scope\"");
            assertThat(CLUSTER.lastDeadlineMillis).isZero();
        }
        String acme = json.replace("ACCOUNT", "acme");
        problem(ask("", method, path.replace("ACCOUNT", "acme"), acme), 401, "unauthorized");
        problem(ask("wrong", method, path.replace("ACCOUNT", "acme"), acme), 401, "unauthorized");
        problem(ask(EDITOR, method, path.replace("ACCOUNT", "acme"), acme), 403, "forbidden");
    }

    @Test
    void shouldAnswerEachOnItsOwn_whenABatchHasSomebodyElsesAccount() throws Exception {
        // Given
        String body = "{\"requests\":[{\"clientId\":\"acme\"},{\"clientId\":\"globex\"},{\"clientId\":\"deny\"},{}]}";

        // When
        HttpResponse<String> response = ask(CHECKOUT, "POST", ADMISSIONS + "/batch", body);

        // Then
        JsonNode results = JSON.readTree(response.body()).path("results");
        assertThat(results.findValuesAsText("status")).startsWith("200", "403");
        assertThat(results.get(1).path("body").path("account").asText()).isEqualTo("globex");
        assertThat(results.get(2).path("status").asInt()).isEqualTo(403);
        assertThat(results.get(3).path("status").asInt()).isEqualTo(400);
        problem(ask("wrong", "POST", ADMISSIONS + "/batch", body), 401, "unauthorized");
    }

    @Test
    void shouldAskForTheAccountOfTheAddress_whenTheCallerIsAnonymous() throws Exception {
        // Given
        String body = "{\"attributes\":{\"ip\":\"203.0.113.7\"}}";
        String together = "{\"checks\":[" + body + "," + body + "]}";

        for (HttpResponse<String> others : List.of(
                // When
                ask(CHECKOUT, "POST", ADMISSIONS, body), ask(CHECKOUT, "POST", ADMISSIONS + "/atomic", together))) {
            // Then
            assertThat(problem(others, 403, "forbidden").path("account").asText())
                    .isEqualTo("anonymous:203.0.113.7");
        }
        assertThat(ask(EDGE, "POST", ADMISSIONS, body).statusCode()).isEqualTo(200);
        assertThat(ask(EDGE, "POST", ADMISSIONS + "/atomic", together).statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldTakeTokensOfTheIssuer_onBothPorts() throws Exception {
        // Given
        String token = token("auth0|" + "7".repeat(100), Instant.now());
        WRITER.refuseNext("unchanged");

        // When
        HttpResponse<String> mine = ask(token, "POST", ADMISSIONS, "{\"clientId\":\"acme/a\"}");
        HttpResponse<String> others = ask(token, "POST", ADMISSIONS, "{\"clientId\":\"team-b\"}");
        HttpResponse<String> proposed = admin.send(admin.request("/v1/rulesets/proposals")
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/json")
                .header("idempotency-key", "k".repeat(60))
                .POST(AdminPort.json("{\"reason\":\"r\",\"document\":{\"limits\":[]}}")));
        HttpResponse<String> activated = send(admin, token, "POST", "/v1/rulesets/rollback", "{}");

        // Then
        assertThat(mine.statusCode()).isEqualTo(200);
        assertThat(problem(others, 403, "forbidden").path("account").asText()).isEqualTo("team-b");
        problem(proposed, 409, "conflict");
        assertThat(WRITER.lastBy).isEqualTo(new ControlPlane.By("auth0|" + "7".repeat(100), "r"));
        assertThat(WRITER.lastCommandId).hasSizeLessThanOrEqualTo(128).endsWith(":" + "k".repeat(60));
        assertThat(problem(activated, 403, "forbidden").path("detail").asText())
                .contains("(expected: a key with role operator)");
    }

    @Test
    void shouldSayWhyATokenDoesNotCount_whenItDoesNot() throws Exception {
        // Given
        String expired = token("ann", Instant.parse("2020-01-01T00:00:00Z"));

        // When
        HttpResponse<String> response = ask(expired, "POST", ADMISSIONS, "{\"clientId\":\"acme/a\"}");
        HttpResponse<String> looking = send(admin, expired, "GET", "/v1/audit", "");

        // Then
        assertThat(problem(response, 401, "unauthorized").path("detail").asText())
                .isEqualTo("the token has expired");
        assertThat(header(response, "www-authenticate"))
                .isEqualTo("Bearer realm=\"sluice data\", error=\"invalid_token\","
                        + " error_description=\"the token has expired\"");
        problem(looking, 401, "unauthorized");
        assertThat(data.get("/metrics").body())
                .containsPattern("sluice_access_refusals_total\\{cause=\"expired\",port=\"data\"} [1-9]")
                .containsPattern("sluice_access_refusals_total\\{cause=\"expired\",port=\"admin\"} [1-9]")
                .contains("sluice_access_refusals_total{cause=\"keys-unavailable\",port=\"data\"} 0.0");
    }

    @Test
    void shouldLookAtNothingElse_whenATokenIsInACookieOrAQuery() throws Exception {
        // Given
        HttpRequest.Builder cookie = data.request("/v1/clients/acme/quota")
                .header("cookie", "access_token=" + CHECKOUT + "; Authorization=Bearer " + CHECKOUT)
                .GET();

        // When / Then
        problem(data.send(cookie), 401, "unauthorized");
        problem(data.get("/v1/clients/acme/quota?access_token=" + CHECKOUT), 401, "unauthorized");
        assertThat(data.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(data.get("/openapi.yaml").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldNotLogASecret_whateverIsSent() throws Exception {
        // Given
        String token = token("ann", Instant.now());
        String expired = token("ann", Instant.parse("2020-01-01T00:00:00Z"));
        List<String> secrets = new ArrayList<>(List.of(
                CHECKOUT, EDITOR, token, expired, token + "x", "x" + token, "a.secretpart.c", "e30.e30.secret"));

        // When: also where answering fails
        for (String secret : secrets) {
            for (String account : List.of("acme", "globex", "defect", "late")) {
                ask(secret, "POST", ADMISSIONS, "{\"clientId\":\"" + account + "\"}");
            }
            ask(secret, "POST", ADMISSIONS, "{");
            ask(secret, "GET", "/v1/nothing", "");
            send(admin, secret, "POST", "/v1/rulesets/proposals", "{}");
        }
        ask(token("defect-holder", Instant.now()), "POST", ADMISSIONS, "{\"clientId\":\"defect\"}");
        data.raw("GET /v1/%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + CHECKOUT
                + "\r\nConnection: close\r\n\r\n");

        // Then
        List<String> lines = new ArrayList<>();
        synchronized (LOG) {
            for (ILoggingEvent event : List.copyOf(LOG.list)) {
                String trace =
                        event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
                lines.add(event.getFormattedMessage() + trace);
            }
        }
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("answering a request failed"));
        for (String secret : secrets) {
            String part = secret.substring(secret.length() - Math.min(12, secret.length()));
            assertThat(lines).noneMatch(line -> line.contains(part));
        }
    }

    private static String token(String subject, Instant from) throws Exception {
        return TokenIssuer.signed(
                rsa,
                TokenIssuer.claims(subject, from)
                        .claim("roles", List.of("editor"))
                        .claim("accounts", List.of("acme", "defect"))
                        .build());
    }
}
