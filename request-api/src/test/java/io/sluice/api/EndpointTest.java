package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Caller;
import io.sluice.api.data.AdmissionEndpoint;
import io.sluice.api.data.CallerAdmissions;
import io.sluice.api.data.QuotaEndpoint;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.RefusedException;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import io.sluice.schemas.WireException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/** Endpoints are functions of a request, and need no server. */
final class EndpointTest {
    private final ScriptedAdmissions cluster = new ScriptedAdmissions();
    private final CallerAdmissions admissions =
            new CallerAdmissions(cluster, new AuthFailures(new SimpleMeterRegistry(), "data"));
    private final Endpoint endpoint = new AdmissionEndpoint(admissions, /* deadlineMillis= */ 1_000);

    private static ApiRequest request(AllowedAccounts accounts, String body, Map<String, String> path) {
        return new ApiRequest(
                body.getBytes(StandardCharsets.UTF_8),
                HttpFields.EMPTY,
                path,
                /* query= */ null,
                new Caller("checkout", Set.of(), accounts),
                new ApiRequest.Origin(/* peer= */ null, "POST", /* host= */ ""));
    }

    @Test
    void shouldAnswer_whenTheCallerMaySpeakForTheAccount() throws Exception {
        // Given
        ApiRequest allowed = request(AllowedAccounts.of(List.of("acme")), "{\"clientId\":\"acme/a\"}", Map.of());
        ApiRequest denied = request(AllowedAccounts.ALL, "{\"clientId\":\"deny\"}", Map.of());
        ApiRequest quota = request(AllowedAccounts.ALL, "", Map.of("clientId", "acme/a"));

        // When
        HttpAnswer answer = endpoint.answer(allowed).join();

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsKey("RateLimit");
        assertThat(new String(answer.body().bytes(), StandardCharsets.UTF_8)).contains("\"verdict\":\"allow\"");
        assertThat(endpoint.answer(denied).join().status()).isEqualTo(429);
        assertThat(new QuotaEndpoint(admissions, 1_000).answer(quota).join().status())
                .isEqualTo(200);
    }

    @Test
    void shouldNotReachTheCluster_whenTheAccountIsAnothers() throws Exception {
        // Given
        ApiRequest request = request(AllowedAccounts.of(List.of("globex")), "{\"clientId\":\"acme/a\"}", Map.of());

        // When
        HttpAnswer answer = endpoint.answer(request)
                .exceptionally(RefusedException::answerOf)
                .join();

        // Then
        assertThat(answer.status()).isEqualTo(403);
        assertThat(cluster.askedBy).isEmpty();
    }

    @Test
    void shouldThrow_whenTheBodyBreaksTheContract() {
        // Given
        ApiRequest request = request(AllowedAccounts.ALL, "{\"clientId\":\"acme/a\",\"cost\":-3}", Map.of());

        // When / Then
        assertThatThrownBy(() -> endpoint.answer(request))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("cost");
    }
}
