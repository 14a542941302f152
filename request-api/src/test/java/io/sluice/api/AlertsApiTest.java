package io.sluice.api;

import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.Role;
import io.sluice.client.alerts.AlertQuery;
import io.sluice.client.alerts.AlertQuery.Type;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.RecordPosition;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recent alerts on the admin port, over a search that answers as it is told. */
final class AlertsApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ScriptedAlerts ALERTS = new ScriptedAlerts();
    private static RequestApi api;
    private static ApiCaller admin;

    private static final class ScriptedAlerts implements RecentAlerts {
        private @Nullable AlertQuery last;
        private Answer next = new Unavailable("nothing scripted");

        @Override
        public CompletableFuture<Answer> page(AlertQuery query) {
            last = query;
            return CompletableFuture.completedFuture(next);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(
                new AccessKey("vera", Set.of(Role.VIEWER), AccessKey.hashOf("secret-of-vera")),
                new AccessKey("rita", Set.of(Role.REPORTER), AccessKey.hashOf("secret-of-rita"))));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(new ScriptedAdmissions()),
                new AdminPlane(new ScriptedControlPlane(), access).with(ALERTS),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        admin = new ApiCaller(api.adminPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void reset() {
        ALERTS.last = null;
        ALERTS.next = new RecentAlerts.Found(new FoundPage(
                0,
                40,
                List.of(
                        new FoundRecord(new RecordPosition(0, 90), 1_000, "{\"v\":1,\"type\":\"spike\"}", null),
                        new FoundRecord(new RecordPosition(0, 70), 900, null, "v: 2 (expected: 1)")),
                31,
                new RecordPosition(0, 60)));
    }

    private static HttpResponse<String> get(String who, String path) throws Exception {
        var request = admin.request(path).GET();
        return admin.send(who.isEmpty() ? request : request.header("authorization", "Bearer secret-of-" + who));
    }

    @Test
    void shouldShowThePage_withTheWayToTheNext() throws Exception {
        // When
        HttpResponse<String> response =
                get("vera", "/v1/alerts?account=a%20b&limitId=calls&type=threshold&limit=2&before=0-95");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("""
                {"topic":"sluice.alerts.v1","keptFromOffset":40,"scannedOffsets":31,"unknown":1,"records":[
                  {"partition":0,"offset":90,"recordedAtMillis":1000,"alert":{"v":1,"type":"spike"}},
                  {"partition":0,"offset":70,"recordedAtMillis":900,"unknown":"v: 2 (expected: 1)"}],
                 "before":"0-60",
                 "next":"/v1/alerts?account=a%20b&before=0-60&limit=2&limitId=calls&type=threshold"}
                """));
        assertThat(ALERTS.last).isEqualTo(new AlertQuery("a b", "calls", Type.THRESHOLD, 2, new RecordPosition(0, 95)));

        // When / Then
        assertThat(get("vera", "/v1/alerts").statusCode()).isEqualTo(200);
        assertThat(ALERTS.last).isEqualTo(AlertQuery.newest(50));
    }

    @Test
    void shouldShowAlertsOnlyToViewers() throws Exception {
        problem(get("rita", "/v1/alerts"), 403, "forbidden");
        problem(get("", "/v1/alerts"), 401, "unauthorized");
        assertThat(ALERTS.last).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit",
        "limit=501,limit",
        "type=both,type",
        "account=a%2Fb,account",
        "account=,account",
        "limitId=,limitId",
        "before=7,before",
        "verdict=deny,verdict"
    })
    void shouldNameTheParameter_whenItMakesNoSense(String query, String field) throws Exception {
        // When
        HttpResponse<String> response = get("vera", "/v1/alerts?" + query);

        // Then
        assertThat(problem(response, 400, "invalid-request").toString()).contains("\"" + field + "\"");
        assertThat(ALERTS.last).isNull();
    }

    @Test
    void shouldSayThatItMaySucceedLater_whenNothingCanBeRead() throws Exception {
        // Given
        ALERTS.next = new RecentAlerts.Unavailable("sluice.alerts.v1 could not be read in time");

        // When / Then
        assertThat(get("vera", "/v1/alerts").statusCode()).isEqualTo(503);
    }
}
