package io.sluice.gateway.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.sluice.gateway.GatewayFixture;
import io.sluice.gateway.ScriptedCluster.Script;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class AuthorizationServiceTest {
    private static final String RULES =
            "{\"limits\": [], \"gateways\": {\"envoy\": {\"headers\": {\"X-User\": \"user_id\"}}}}";

    private static CheckRequest request(String user) {
        return CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setSource(AttributeContext.Peer.newBuilder()
                                .setAddress(Address.newBuilder()
                                        .setSocketAddress(
                                                SocketAddress.newBuilder().setAddress("203.0.113.7"))))
                        .putContextExtensions("tenant", "acme")
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(AttributeContext.HttpRequest.newBuilder()
                                        .setMethod("POST")
                                        .setHost("api.example.com")
                                        .setPath("/v1/orders?page=2")
                                        .putHeaders("x-user", user))))
                .build();
    }

    @Test
    void shouldAllowWithFields_whenWithinTheLimit() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(RULES)) {
            // Given / When
            CheckResponse answer =
                    AuthorizationGrpc.newBlockingStub(gateway.channel).check(request("alice"));

            // Then
            AdmissionRequest asked = gateway.cluster.admitted.get(0);
            assertThat(asked.clientId().text()).isEqualTo("acme/alice");
            assertThat(asked.route().method()).isEqualTo("POST");
            assertThat(asked.route().path()).isEqualTo("/v1/orders");
            assertThat(asked.route().host()).isEqualTo("api.example.com");
            assertThat(asked.attributes()).containsEntry("remote_address", "203.0.113.7");
            assertThat(answer.getStatus().getCode()).isEqualTo(Code.OK_VALUE);
            assertThat(fields(answer.getOkResponse().getResponseHeadersToAddList()))
                    .containsEntry("RateLimit", "\"per-minute\";r=9;t=6");
            assertThat(answer.getDynamicMetadata()
                            .getFieldsOrThrow("decisionId")
                            .getStringValue())
                    .isEqualTo("0-7");
        }
    }

    @Test
    void shouldDenyWith429_whenOverTheLimit() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(RULES)) {
            // Given
            gateway.cluster.with("acme", Script.DENY);

            // When
            CheckResponse answer =
                    AuthorizationGrpc.newBlockingStub(gateway.channel).check(request("alice"));

            // Then
            assertThat(answer.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED_VALUE);
            assertThat(answer.getDeniedResponse().getStatus().getCode()).isEqualTo(StatusCode.TooManyRequests);
            assertThat(fields(answer.getDeniedResponse().getHeadersList()))
                    .containsEntry("Retry-After", "7")
                    .containsEntry("Content-Type", "application/problem+json");
            assertThat(answer.getDeniedResponse().getBody()).contains("#quota-exceeded");
        }
    }

    @Test
    void shouldDenyWith403_whenOnADenyList() throws Exception {
        try (GatewayFixture gateway = GatewayFixture.start(RULES)) {
            // Given
            gateway.cluster.with("acme", Script.DENY_LISTED);

            // When
            CheckResponse answer =
                    AuthorizationGrpc.newBlockingStub(gateway.channel).check(request("alice"));

            // Then
            assertThat(answer.getDeniedResponse().getStatus().getCode()).isEqualTo(StatusCode.Forbidden);
            assertThat(answer.getDeniedResponse().getBody())
                    .contains("urn:sluice:problem:deny-listed", "\"status\":403");
            assertThat(fields(answer.getDeniedResponse().getHeadersList())).doesNotContainKey("Retry-After");
        }
    }

    private static Map<String, String> fields(List<HeaderValueOption> headers) {
        return headers.stream()
                .collect(Collectors.toMap(
                        header -> header.getHeader().getKey(),
                        header -> header.getHeader().getValue()));
    }
}
