package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Role;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionFilter;
import io.sluice.client.decisions.DecisionFilter.VerdictName;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.RecordPosition;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recent decisions on both ports, over a search that answers as it is told. */
final class DecisionsApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/v1/accounts/acme/decisions";
    private static final ScriptedDecisions DECISIONS = new ScriptedDecisions();
    private static RequestApi api;
    private static ApiCaller data;
    private static ApiCaller admin;

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(
                new AccessKey("vera", Set.of(Role.VIEWER), AccessKey.hashOf("secret-of-vera")),
                new AccessKey(
                        "acme", Set.of(), AllowedAccounts.of(List.of("acme")), AccessKey.hashOf("secret-of-acme"))));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), access).with(DECISIONS),
                new AdminPlane(new ScriptedControlPlane(), access),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        data = new ApiCaller(api.dataPort());
        admin = new ApiCaller(api.adminPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void reset() {
        DECISIONS.last = null;
        DECISIONS.next = new AccountDecisions.Found(new FoundPage(
                2,
                40,
                List.of(
                        new FoundRecord(new RecordPosition(2, 90), 1_000, "{\"v\":1,\"meta\":{\"x\":1.50}}", null),
                        new FoundRecord(new RecordPosition(2, 70), 900, null, "v: 2 (expected: 1)")),
                31,
                new RecordPosition(2, 60)));
    }

    private static HttpResponse<String> get(ApiCaller port, String who, String path) throws Exception {
        var request = port.request(path).GET();
        return port.send(who.isEmpty() ? request : request.header("authorization", "Bearer secret-of-" + who));
    }

    @Test
    void shouldShowThePage_withTheWayToTheNext() throws Exception {
        // When
        HttpResponse<String> response =
                get(admin, "vera", PATH + "?client=acme%2Fa%20b&verdict=deny&limit=2&since=1970-01-01T00:00:00.500Z");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "content-type")).isEqualTo("application/json");
        String next = "/v1/accounts/acme/decisions?before=2-60&client=acme%2Fa%20b&limit=2"
                + "&since=1970-01-01T00%3A00%3A00.500Z&verdict=deny";
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("""
                {"account":"acme","topic":"sluice.decisions.v1","partition":2,"keptFromOffset":40,"scannedOffsets":31,
                 "unknown":1,"records":[
                  {"partition":2,"offset":90,"recordedAtMillis":1000,"record":{"v":1,"meta":{"x":1.50}}},
                  {"partition":2,"offset":70,"recordedAtMillis":900,"unknown":"v: 2 (expected: 1)"}],
                 "before":"2-60",
                 "next":"NEXT"}
                """.replace("NEXT", next)));
        assertThat(DECISIONS.last)
                .isEqualTo(new DecisionQuery(
                        "acme",
                        new DecisionFilter(ClientId.parse("client", "acme/a b"), VerdictName.DENY, null),
                        500L,
                        null,
                        2,
                        null));

        // When
        HttpResponse<String> following = get(data, "acme", next + "&decision=2-7&until=1000");

        // Then
        assertThat(following.statusCode()).as(following.body()).isEqualTo(200);
        assertThat(DECISIONS.last)
                .isEqualTo(new DecisionQuery(
                        "acme",
                        new DecisionFilter(
                                ClientId.parse("client", "acme/a b"), VerdictName.DENY, new DecisionId(2, 7)),
                        500L,
                        1_000L,
                        2,
                        new RecordPosition(2, 60)));
    }

    @Test
    void shouldShowAccountsOnlyToThoseWhoMay() throws Exception {
        // When / Then: a key without a role on the admin port, and a role without an account on the data port
        assertThat(get(data, "acme", PATH).statusCode()).isEqualTo(200);
        DECISIONS.last = null;
        JsonNode others = problem(get(data, "acme", "/v1/accounts/globex/decisions"), 403, "forbidden");
        assertThat(others.path("account").asText()).isEqualTo("globex");
        problem(get(data, "vera", PATH), 403, "forbidden");
        problem(get(admin, "acme", PATH), 403, "forbidden");
        problem(get(admin, "", PATH), 401, "unauthorized");
        problem(get(data, "", PATH), 401, "unauthorized");
        assertThat(DECISIONS.last).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit",
        "limit=501,limit",
        "limit=x,limit",
        "verdict=maybe,verdict",
        "client=acme%2F%2F,client",
        "client=%00,client",
        "decision=7,decision",
        "before=-7,before",
        "before=1-,before",
        "before=99999999999-1,before",
        "since=yesterday,since",
        "until=-5,until",
        "since=99999999999999999999,since",
        "verdict=deny&verdict=allow,verdict",
        "colour=red,colour"
    })
    void shouldRefuse_whenAParameterIsWrong(String query, String field) throws Exception {
        // When
        JsonNode problem = problem(get(admin, "vera", PATH + "?" + query), 400, "invalid-request");

        // Then
        assertThat(problem.path("errors").get(0).path("field").asText()).isEqualTo(field);
        assertThat(DECISIONS.last).isNull();
    }

    @Test
    void shouldSayWhy_whenThereIsNoPage() throws Exception {
        // Given
        DECISIONS.next = new AccountDecisions.Invalid("before", "partition 3 (expected: 0, where the account is)");

        // When / Then
        problem(get(admin, "vera", PATH), 400, "invalid-request");

        // Given
        DECISIONS.next = new AccountDecisions.Unavailable("2 searches of account acme run or wait already");

        // When
        HttpResponse<String> busy = get(admin, "vera", PATH);

        // Then
        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(header(busy, "retry-after")).isEqualTo("1");
        assertThat(busy.body()).contains("2 searches of account acme");
    }
}
