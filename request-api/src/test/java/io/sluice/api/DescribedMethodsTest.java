package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.testkit.keys.TestKeys;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each described path has the methods that its description names, and no others, on ports with every service. */
final class DescribedMethodsTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final PrometheusMeterRegistry REGISTRY = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private static final RecentAlerts NO_ALERTS =
            query -> CompletableFuture.completedFuture(new RecentAlerts.Unavailable("nothing scripted"));
    /** Every method of it is the caller's. */
    private static final String FORWARD_AUTH = "/v1/forward-auth";

    private static RequestApi api;

    @BeforeAll
    static void start() throws Exception {
        Access everybody = Access.open("everybody");
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), everybody)
                        .with(new NoUsage())
                        .with(new ScriptedDecisions())
                        .with(new ChallengeTokens(TestKeys.COMMANDS, REGISTRY)),
                new AdminPlane(new ScriptedControlPlane(), everybody).with(NO_ALERTS),
                REGISTRY);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static final class NoUsage implements UsageService {
        @Override
        public CompletableFuture<Answer<UsageReply>> usage(
                String account, UsageWindow window, long fromMillis, long toMillis) {
            return CompletableFuture.completedFuture(new Unavailable<>("nothing scripted"));
        }

        @Override
        public CompletableFuture<Answer<Top>> top(Ranking by, UsageWindow window, long countMax) {
            return CompletableFuture.completedFuture(new Unavailable<>("nothing scripted"));
        }

        @Override
        public CompletableFuture<Answer<List<String>>> accounts(String prefix, long countMax) {
            return CompletableFuture.completedFuture(new Unavailable<>("nothing scripted"));
        }
    }

    @ParameterizedTest
    @CsvSource({"data,/openapi.yaml", "admin,/openapi-admin.yaml"})
    void shouldAllowWhatIsDescribed_whenTheMethodIsAnother(String port, String description) throws Exception {
        // Given
        ApiCaller caller = new ApiCaller(port.equals("data") ? api.dataPort() : api.adminPort());
        JsonNode paths = YAML.readTree(caller.get(description).body()).path("paths");
        assertThat(paths.size()).isGreaterThan(10);

        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (path.getKey().startsWith(FORWARD_AUTH)) {
                continue;
            }
            String asked = path.getKey().replaceAll("\\{[^}]+}", "x");
            for (String method : List.of("OPTIONS", "TRACE", "PROPFIND")) {
                // When
                HttpResponse<String> response =
                        caller.send(caller.request(asked).method(method, HttpRequest.BodyPublishers.noBody()));

                // Then
                assertThat(response.statusCode()).as(method + " " + asked).isEqualTo(405);
                assertThat(AdminPort.header(response, "allow"))
                        .as(method + " " + asked)
                        .isEqualTo(String.join(", ", described(path.getValue())));
            }
        }
    }

    private static Set<String> described(JsonNode path) {
        Set<String> methods = new TreeSet<>();
        path.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
        methods.remove("PARAMETERS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods;
    }
}
