package io.sluice.api;

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
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage and rankings on real ports, over roll-ups that answer as they are told. */
final class UsageApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long HOUR = UsageWindow.HOUR.millis();
    private static final ScriptedUsage USAGE = new ScriptedUsage();
    private static RequestApi api;
    private static ApiCaller data;
    private static ApiCaller admin;

    /** Remembers what it was asked, and answers always the same. */
    private static final class ScriptedUsage implements UsageService {
        private final List<String> asked = new ArrayList<>();
        private boolean away;

        @Override
        public CompletableFuture<Answer<UsageReply>> usage(
                String account, UsageWindow window, long fromMillis, long toMillis) throws WireException {
            UsageQuery.OfAccount unused =
                    UsageQuery.OfAccount.checked(account, window, fromMillis, toMillis, new ReplyAddress(0, "unused"));
            asked.add(account + " " + window.wireName() + " " + fromMillis + " " + toMillis);
            UsageRow row = new UsageRow("free", "", "", UsageOutcome.DENIED, 7, 9, 0);
            UsageRecord record = new UsageRecord(window, 0, account, 2, List.of(row));
            return CompletableFuture.completedFuture(
                    away
                            ? new Unavailable<>("nobody answers")
                            : new Answered<>(new UsageReply("c", account, List.of(record), HOUR)));
        }

        @Override
        public CompletableFuture<Answer<Top>> top(Ranking by, UsageWindow window, long countMax) throws WireException {
            UsageQuery.Top unused = UsageQuery.Top.checked(by, window, countMax, new ReplyAddress(0, "unused"));
            asked.add(by.wireName() + " " + window.wireName() + " " + countMax);
            return CompletableFuture.completedFuture(
                    away
                            ? new Unavailable<>("nobody answers")
                            : new Answered<>(new Top(HOUR, 1_203_441, List.of(new Rank("=1+1<b>", 30, 4)))));
        }

        @Override
        public CompletableFuture<Answer<List<String>>> accounts(String prefix, long countMax) throws WireException {
            UsageQuery.Accounts unused = UsageQuery.Accounts.checked(prefix, countMax, new ReplyAddress(0, "unused"));
            asked.add("accounts " + prefix + " " + countMax);
            return CompletableFuture.completedFuture(
                    away ? new Unavailable<>("nobody answers") : new Answered<>(List.of(prefix, prefix + "<b>")));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(
                new AccessKey("vera", Set.of(Role.VIEWER), AccessKey.hashOf("secret-of-vera")),
                new AccessKey(
                        "checkout",
                        Set.of(),
                        AllowedAccounts.of(List.of("acme")),
                        AccessKey.hashOf("secret-of-acme"))));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), access).with(USAGE),
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
        USAGE.asked.clear();
        USAGE.away = false;
    }

    private static HttpResponse<String> get(ApiCaller port, String who, String path) throws Exception {
        return port.send(port.request(path)
                .header("authorization", "Bearer secret-of-" + who)
                .GET());
    }

    @Test
    void shouldShowWindows_whenTheViewerAsks() throws Exception {
        // When
        HttpResponse<String> response =
                get(admin, "vera", "/v1/accounts/acme/usage?step=hour&from=0&to=1970-01-01T02:00:00Z");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(USAGE.asked).containsExactly("acme hour 0 " + 2 * HOUR);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.path("account").asText()).isEqualTo("acme");
        assertThat(answer.path("nextFromMillis").asLong()).isEqualTo(HOUR);
        assertThat(answer.at("/windows/0/rows/0/requests").asLong()).isEqualTo(7);
        assertThat(answer.at("/windows/0/rows/0").has("limitId")).isFalse();
    }

    @Test
    void shouldEndWithTheOpenWindow_whenNoTimeIsGiven() throws Exception {
        // When
        HttpResponse<String> response = get(admin, "vera", "/v1/accounts/acme/usage?step=day");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        String[] asked = USAGE.asked.get(0).split(" ");
        long to = Long.parseLong(asked[3]);
        assertThat(to).isGreaterThan(System.currentTimeMillis()).isEqualTo(UsageWindow.DAY.startOf(to));
        assertThat(Long.parseLong(asked[2])).isEqualTo(to - 30 * UsageWindow.DAY.millis());
    }

    @Test
    void shouldShowOnlyOnesOwn_whenTheDataPortIsAsked() throws Exception {
        assertThat(get(data, "acme", "/v1/accounts/acme/usage").statusCode()).isEqualTo(200);
        problem(get(data, "acme", "/v1/accounts/globex/usage"), 403, "forbidden");
        problem(data.get("/v1/accounts/acme/usage"), 401, "unauthorized");
        problem(get(data, "vera", "/v1/accounts/acme/usage"), 403, "forbidden");
        problem(get(admin, "acme", "/v1/accounts/acme/usage"), 403, "forbidden");
        problem(get(admin, "acme", "/v1/top"), 403, "forbidden");
        assertThat(get(data, "acme", "/v1/top").statusCode()).isEqualTo(404);
        // Its windows, and the minutes of the forecast.
        assertThat(USAGE.asked).hasSize(2).allMatch(asked -> asked.startsWith("acme "));
    }

    @Test
    void shouldSayWhatIsLeft_whenAskedUntilNow() throws Exception {
        // When
        JsonNode answer =
                JSON.readTree(get(data, "acme", "/v1/accounts/acme/usage").body());

        // Then
        assertThat(answer.at("/forecast/0/limitId").asText()).isEqualTo("per-account");
        assertThat(answer.at("/forecast/0/limit").asLong()).isEqualTo(1_000);
        assertThat(answer.at("/forecast/0/remaining").asLong()).isEqualTo(990);
        assertThat(answer.at("/forecast/0").has("emptyAtMillis")).isFalse();
        assertThat(JSON.readTree(get(data, "acme", "/v1/accounts/acme/usage?from=0&to=3600000")
                                .body())
                        .has("forecast"))
                .isFalse();
    }

    @Test
    void shouldShowRanks_whenTheViewerAsks() throws Exception {
        // When
        HttpResponse<String> response = get(admin, "vera", "/v1/top");

        // Then
        assertThat(USAGE.asked).containsExactly("denied hour 20");
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.at("/ranks/0/account").asText()).isEqualTo("=1+1<b>");
        assertThat(answer.at("/ranks/0/count").asLong()).isEqualTo(30);
        assertThat(answer.at("/ranks/0/error").asLong()).isEqualTo(4);
        assertThat(answer.at("/accounts").asLong()).isEqualTo(1_203_441);
        JsonNode addresses = JSON.readTree(
                get(admin, "vera", "/v1/top?by=address&window=day&limit=3").body());
        assertThat(addresses.at("/ranks/0/address").asText()).isEqualTo("=1+1<b>");
        assertThat(USAGE.asked).endsWith("address day 3");
    }

    @Test
    void shouldFindAccounts_byTheBeginningOfTheirNames() throws Exception {
        // When
        HttpResponse<String> response = get(admin, "vera", "/v1/accounts?prefix=%3D1%2B1&limit=3");

        // Then
        assertThat(response.body()).isEqualTo("{\"prefix\":\"=1+1\",\"accounts\":[\"=1+1\",\"=1+1<b>\"]}");
        assertThat(get(admin, "vera", "/v1/accounts").statusCode()).isEqualTo(200);
        assertThat(USAGE.asked).containsExactly("accounts =1+1 3", "accounts  20");
        problem(get(admin, "acme", "/v1/accounts"), 403, "forbidden");
        assertThat(get(data, "acme", "/v1/accounts").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/accounts?limit=101, limit",
        "/v1/accounts?account=acme, account",
        "/v1/accounts/acme/usage?step=week, step",
        "/v1/accounts/acme/usage?from=yesterday, from",
        "/v1/accounts/acme/usage?from=5&to=5, to",
        "/v1/accounts/acme/usage?from=-5, from",
        "/v1/accounts/acme/usage?from=99999999999999999999, from",
        "/v1/accounts/acme/usage?step=minute&from=0, to",
        "/v1/accounts/acme/usage?since=1, since",
        "/v1/accounts/acme%2Fb/usage, account",
        "/v1/top?by=beauty, by",
        "/v1/top?window=week, window",
        "/v1/top?limit=0, limit",
        "/v1/top?limit=101, limit",
        "/v1/top?limit=x, limit",
        "/v1/top?limit=1&limit=2, limit"
    })
    void shouldNameTheMistake_whenTheQuestionIsWrong(String path, String field) throws Exception {
        // When
        HttpResponse<String> response = get(admin, "vera", path);

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains("\"" + field + "\"");
        assertThat(USAGE.asked).isEmpty();
    }

    @Test
    void shouldBeUnavailable_whenNobodyAnswers() throws Exception {
        // Given
        USAGE.away = true;

        // When / Then
        for (String path : List.of("/v1/top", "/v1/accounts", "/v1/accounts/acme/usage")) {
            HttpResponse<String> response = get(admin, "vera", path);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("nobody answers");
        }
    }
}
