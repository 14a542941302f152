package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Callers who are known by no more than an address. */
final class AnonymousApiTest {

    @Test
    void shouldTakeTheAddressForTheClient_whenThereIsNoOther() throws Exception {
        // Given
        ScriptedAdmissions cluster = new ScriptedAdmissions();
        try (RequestApi api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(cluster),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            ApiCaller data = new ApiCaller(api.dataPort());

            // When
            HttpResponse<String> one =
                    data.post("/v1/admissions", "{\"attributes\":{\"ip\":\"2001:db8::1\",\"agent\":\"bot\"}}");
            HttpResponse<String> claimed = data.post("/v1/admissions", "{\"clientId\":\"anonymous:203.0.113.7\"}");
            HttpResponse<String> batch = data.post(
                    "/v1/admissions/batch",
                    "{\"requests\":[{\"attributes\":{\"ip\":\"203.0.113.7\"}},{\"attributes\":{\"ip\":\"?\"}}]}");

            HttpResponse<String> atomic = data.post(
                    "/v1/admissions/atomic",
                    "{\"checks\":[{\"attributes\":{\"ip\":\"203.0.113.8\"}},"
                            + "{\"attributes\":{\"ip\":\"203.0.113.8\"}}]}");
            HttpResponse<String> claimedTogether = data.post(
                    "/v1/admissions/atomic",
                    "{\"checks\":[{\"attributes\":{\"ip\":\"203.0.113.8\"}},"
                            + "{\"clientId\":\"anonymous:203.0.113.8\"}]}");

            // Then
            assertThat(one.statusCode()).isEqualTo(200);
            assertThat(claimed.statusCode()).isEqualTo(400);
            assertThat(claimed.body())
                    .contains("\"field\":\"clientId\"")
                    .contains("unless attributes.ip is that address");
            assertThat(batch.body()).contains("\"verdict\":\"allow\"").contains("requests[1].attributes.ip");
            assertThat(atomic.statusCode()).isEqualTo(200);
            assertThat(claimedTogether.statusCode()).isEqualTo(400);
            assertThat(claimedTogether.body()).contains("\"field\":\"checks[1].clientId\"");
            assertThat(cluster.askedBy)
                    .containsExactly(
                            "anonymous:2001:db8:0:0",
                            "anonymous:203.0.113.7",
                            "anonymous:203.0.113.8",
                            "anonymous:203.0.113.8");
        }
    }
}
