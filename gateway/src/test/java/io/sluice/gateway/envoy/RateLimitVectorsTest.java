package io.sluice.gateway.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UInt64Value;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.RateLimitOverride;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sluice.gateway.GatewayFixture;
import io.sluice.gateway.ScriptedCluster.Script;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.SettleRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a rate limit service of Envoy has to do, asked over the wire. */
final class RateLimitVectorsTest {
    private GatewayFixture gateway;
    private RateLimitServiceBlockingStub envoy;

    @BeforeEach
    void start() throws Exception {
        gateway = GatewayFixture.start();
        envoy = RateLimitServiceGrpc.newBlockingStub(gateway.channel);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void shouldAllowWithFields_whenWithinTheLimit() {
        // Given / When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(descriptor("user_id", "alice")));

        // Then
        assertThat(answer.getOverallCode()).isEqualTo(Code.OK);
        assertThat(answer.getStatusesList()).singleElement().satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Code.OK);
            assertThat(status.getLimitRemaining()).isEqualTo(9);
            assertThat(status.getCurrentLimit().getName()).isEqualTo("per-minute");
            assertThat(status.getCurrentLimit().getRequestsPerUnit()).isEqualTo(10);
            assertThat(status.getCurrentLimit().getUnit()).isEqualTo(Unit.MINUTE);
            assertThat(status.getDurationUntilReset().getSeconds()).isEqualTo(6);
        });
        assertThat(fields(answer))
                .containsOnly(
                        Map.entry("RateLimit-Policy", "\"per-minute\";q=10;w=60"),
                        Map.entry("RateLimit", "\"per-minute\";r=9;t=6"));
        assertThat(answer.getRawBody()).isEmpty();
        assertThat(answer.getDynamicMetadata().getFieldsOrThrow("decisionId").getStringValue())
                .isEqualTo("0-7");
        assertThat(answer.getDynamicMetadata().getFieldsOrThrow("limitId").getStringValue())
                .isEqualTo("per-minute");
        assertThat(answer.getDynamicMetadata()
                        .getFieldsOrThrow("rulesetRevision")
                        .getNumberValue())
                .isEqualTo(3);
    }

    @Test
    void shouldRoundRetryAfterUp_whenOverTheLimit() {
        // Given
        gateway.cluster.with("alice", Script.DENY);

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(descriptor("user_id", "alice")));

        // Then: 6.2 s, which Envoy itself would cut to 6
        assertThat(answer.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(answer.getStatuses(0).getCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(answer.getStatuses(0).getDurationUntilReset().getSeconds()).isEqualTo(6);
        assertThat(answer.getStatuses(0).getDurationUntilReset().getNanos()).isEqualTo(200_000_000);
        assertThat(fields(answer))
                .containsEntry("Retry-After", "7")
                .containsEntry("Content-Type", "application/problem+json");
        assertThat(answer.getRawBody().toStringUtf8())
                .startsWith("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"")
                .contains("\"status\":429", "\"violated-policies\":[\"per-minute\"]", "\"decisionId\":\"0-7\"");
    }

    @Test
    void shouldSayNothingOfALimit_whenNoneApplies() {
        // Given
        gateway.cluster.with("edge", Script.NO_LIMIT);

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(descriptor("never_heard_of", "it")));

        // Then
        assertThat(answer.getOverallCode()).isEqualTo(Code.OK);
        assertThat(answer.getStatuses(0).hasCurrentLimit()).isFalse();
        assertThat(answer.getStatuses(0).getLimitRemaining()).isZero();
        assertThat(fields(answer)).isEmpty();
    }

    @Test
    void shouldNameEnvoysUnit_whenTheWindowIsAWeek() {
        // Given
        gateway.cluster.withWindowMillis(604_800_000);

        // When / Then
        assertThat(envoy.shouldRateLimit(asking(descriptor("user_id", "alice")))
                        .getStatuses(0)
                        .getCurrentLimit()
                        .getUnit())
                .isEqualTo(Unit.WEEK);
    }

    @Test
    void shouldNameNoUnit_whenEnvoyHasNoneForTheWindow() {
        // Given
        gateway.cluster.withWindowMillis(90_000);

        // When / Then
        assertThat(envoy.shouldRateLimit(asking(descriptor("user_id", "alice")))
                        .getStatuses(0)
                        .getCurrentLimit()
                        .getUnit())
                .isEqualTo(Unit.UNKNOWN);
    }

    @Test
    void shouldCountOneHit_whenNoAddendIsGiven() {
        // Given / When
        envoy.shouldRateLimit(asking(descriptor("user_id", "alice")));

        // Then
        assertThat(admitted().cost()).isEqualTo(1);
        assertThat(admitted().mode()).isEqualTo(RequestMode.CHECK);
    }

    @Test
    void shouldPreferTheDescriptorsHits_whenBothAreGiven() {
        // Given: the question counts 5, its second descriptor 0, which is a look
        RateLimitDescriptor look = descriptor("user_id", "bob").toBuilder()
                .setHitsAddend(UInt64Value.of(0))
                .build();

        // When
        envoy.shouldRateLimit(asking(descriptor("user_id", "alice"), look).toBuilder()
                .setHitsAddend(5)
                .build());

        // Then
        assertThat(gateway.cluster.admitted).extracting(AdmissionRequest::cost).containsExactlyInAnyOrder(5L, 0L);
    }

    @Test
    void shouldRefund_whenHitsAreNegative() {
        // Given: the field is newer than the generated classes
        RateLimitDescriptor negative = descriptor("user_id", "alice").toBuilder()
                .setHitsAddend(UInt64Value.of(3))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                4,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();

        // When
        envoy.shouldRateLimit(asking(negative));

        // Then
        assertThat(admitted().mode()).isEqualTo(RequestMode.REFUND);
        assertThat(admitted().cost()).isEqualTo(3);
    }

    @Test
    void shouldChargeWithoutAsking_whenTheStreamIsDone() {
        // Given
        RateLimitDescriptor done = RateLimitDescriptor.newBuilder()
                .addEntries(entry("user_id", "alice"))
                .addEntries(entry("stream_done", "tokens"))
                .setHitsAddend(UInt64Value.of(4_711))
                .build();

        // When
        envoy.shouldRateLimit(asking(done));

        // Then: the mark is no fact of the request
        assertThat(admitted().mode()).isEqualTo(RequestMode.CHARGE);
        assertThat(admitted().cost()).isEqualTo(4_711);
        assertThat(admitted().attributes())
                .doesNotContainKey("stream_done")
                .containsEntry("envoy.descriptor", "user_id");
    }

    @Test
    void shouldChargeAllOrNothing_whenDescriptorsAreOfOneAccount() {
        // Given
        gateway.cluster.with("acme", Script.DENY).refusingCheck(1);

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(
                descriptor("tenant", "acme"),
                RateLimitDescriptor.newBuilder()
                        .addEntries(entry("tenant", "acme"))
                        .addEntries(entry("user_id", "alice"))
                        .build()));

        // Then: one record, and a status for each descriptor
        assertThat(gateway.cluster.admitted).isEmpty();
        assertThat(gateway.cluster.batches)
                .singleElement()
                .satisfies(batch -> assertThat(batch.checks())
                        .extracting(check -> check.clientId().text())
                        .containsExactly("acme", "acme/alice"));
        assertThat(answer.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(answer.getStatusesList())
                .extracting(RateLimitResponse.DescriptorStatus::getCode)
                .containsExactly(Code.OK, Code.OVER_LIMIT);
    }

    @Test
    void shouldCommitAll_whenSeveralAccountsAllow() {
        // Given / When
        RateLimitResponse answer =
                envoy.shouldRateLimit(asking(descriptor("user_id", "alice"), descriptor("remote_address", "10.0.0.7")));

        // Then
        assertThat(answer.getOverallCode()).isEqualTo(Code.OK);
        assertThat(answer.getStatusesCount()).isEqualTo(2);
        assertThat(gateway.cluster.admitted).allMatch(asked -> asked.reserveMillis() > 0);
        assertThat(gateway.cluster.settled)
                .extracting(SettleRequest::verb)
                .containsExactly(SettleRequest.Verb.COMMIT, SettleRequest.Verb.COMMIT);
    }

    @Test
    void shouldGiveBack_whenOneOfSeveralAccountsRefuses() {
        // Given
        gateway.cluster.with("anonymous:10.0.0.7", Script.DENY);

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(
                descriptor("user_id", "alice"),
                descriptor("generic_key", "slow"),
                descriptor("remote_address", "10.0.0.7")));

        // Then
        assertThat(answer.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(answer.getStatusesList())
                .extracting(RateLimitResponse.DescriptorStatus::getCode)
                .containsExactly(Code.OK, Code.OK, Code.OVER_LIMIT);
        assertThat(fields(answer)).containsEntry("Retry-After", "7");
        assertThat(gateway.cluster.settled)
                .extracting(SettleRequest::verb)
                .containsExactly(SettleRequest.Verb.CANCEL, SettleRequest.Verb.CANCEL);
    }

    @Test
    void shouldNotTakeALimitFromACaller_whenADescriptorHasOne() {
        // Given
        RateLimitDescriptor own = descriptor("user_id", "alice").toBuilder()
                .setLimit(RateLimitOverride.newBuilder().setRequestsPerUnit(1_000_000))
                .build();

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(own));

        // Then
        assertThat(answer.getStatuses(0).getCurrentLimit().getRequestsPerUnit()).isEqualTo(10);
        assertThat(gateway.registry.counter("sluice.gateway.overrides.ignored").count())
                .isEqualTo(1);
    }

    @Test
    void shouldSayWhatIsWrong_whenAQuestionBreaksTheContract() {
        // Given
        RateLimitDescriptor.Builder tooMany = RateLimitDescriptor.newBuilder();
        for (int i = 0; i < 40; i++) {
            tooMany.addEntries(entry("key" + i, "v"));
        }
        RateLimitRequest.Builder thousand = RateLimitRequest.newBuilder().setDomain("edge");
        for (int i = 0; i < 1_000; i++) {
            thousand.addDescriptors(descriptor("user_id", "u" + i));
        }

        // When / Then
        refused(RateLimitRequest.getDefaultInstance(), "domain: empty");
        refused(RateLimitRequest.newBuilder().setDomain("edge").build(), "descriptors: 0 (expected: 1..100)");
        refused(thousand.build(), "descriptors: 1000 (expected: 1..100)");
        refused(asking(RateLimitDescriptor.getDefaultInstance()), "descriptors[0].entries: empty");
        refused(asking(tooMany.build()), "descriptors[0].entries: 40 entries");
        refused(asking(descriptor("k".repeat(65), "v")), "descriptors[0].attributes: 65 characters");
        refused(
                asking(descriptor("user_id", "alice").toBuilder()
                        .setHitsAddend(UInt64Value.of(-1))
                        .build()),
                "descriptors[0].hits_addend: 18446744073709551615");
        assertThat(gateway.cluster.admitted).isEmpty();
    }

    private void refused(RateLimitRequest question, String detail) {
        assertThatThrownBy(() -> envoy.shouldRateLimit(question))
                .isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
                    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(error.getStatus().getDescription()).startsWith(detail);
                });
    }

    @Test
    void shouldBeAnError_whenNoVerdictComes() {
        // Given: Envoy then does what its failure_mode_deny says
        gateway.cluster.with("alice", Script.UNAVAILABLE);

        // When / Then
        assertThatThrownBy(() -> envoy.shouldRateLimit(asking(descriptor("user_id", "alice"))))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        error -> assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void shouldDeny_whenTheFailurePolicySaysSo() {
        // Given
        gateway.cluster.with("alice", Script.DEGRADED_DENY);

        // When
        RateLimitResponse answer = envoy.shouldRateLimit(asking(descriptor("user_id", "alice")));

        // Then
        assertThat(answer.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(fields(answer)).containsEntry("Retry-After", "1");
        assertThat(answer.getRawBody().toStringUtf8()).contains("\"degraded\":true");
    }

    @Test
    void shouldPassTheDeadlineOn_whenTheCallHasOne() {
        // Given / When
        envoy.withDeadlineAfter(400, TimeUnit.MILLISECONDS).shouldRateLimit(asking(descriptor("user_id", "alice")));
        envoy.shouldRateLimit(asking(descriptor("user_id", "alice")));

        // Then
        assertThat(gateway.cluster.deadlinesMillis.get(0)).isBetween(1L, 400L);
        assertThat(gateway.cluster.deadlinesMillis.get(1)).isEqualTo(1_000);
    }

    @Test
    void shouldEndTheCall_whenTheDeadlinePasses() {
        // Given
        gateway.cluster.with("alice", Script.SILENT);

        // When / Then
        assertThatThrownBy(() -> envoy.withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                        .shouldRateLimit(asking(descriptor("user_id", "alice"))))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        error -> assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    }

    private AdmissionRequest admitted() {
        assertThat(gateway.cluster.admitted).hasSize(1);
        return gateway.cluster.admitted.get(0);
    }

    private static Map<String, String> fields(RateLimitResponse answer) {
        return answer.getResponseHeadersToAddList().stream()
                .collect(Collectors.toMap(
                        HeaderValue::getKey, HeaderValue::getValue, (one, two) -> one, LinkedHashMap::new));
    }

    private static RateLimitRequest asking(RateLimitDescriptor... descriptors) {
        return RateLimitRequest.newBuilder()
                .setDomain("edge")
                .addAllDescriptors(List.of(descriptors))
                .build();
    }

    private static RateLimitDescriptor descriptor(String key, String value) {
        return RateLimitDescriptor.newBuilder().addEntries(entry(key, value)).build();
    }

    private static RateLimitDescriptor.Entry entry(String key, String value) {
        return RateLimitDescriptor.Entry.newBuilder()
                .setKey(key)
                .setValue(value)
                .build();
    }
}
