package io.sluice.testkit.gen;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class RequestGeneratorTest {
    private static final TrafficShape SHAPE = TrafficShape.mixed(4);

    @Test
    void shouldGiveTheSameRequests_whenTheSeedIsTheSame() {
        // Given
        RequestGenerator one = new RequestGenerator(42, SHAPE);
        RequestGenerator other = new RequestGenerator(42, SHAPE);

        // When
        List<RequestRecord> requests = one.take(1_000);

        // Then
        assertThat(requests).isEqualTo(other.take(1_000));
        assertThat(requests).isNotEqualTo(new RequestGenerator(43, SHAPE).take(1_000));
    }

    @Test
    void shouldKeepWithinTheContract_whenEncodedAndDecoded() {
        for (RequestRecord request : new RequestGenerator(7, SHAPE).take(1_000)) {
            // Given
            byte[] account = request.request().clientId().account().getBytes(StandardCharsets.UTF_8);

            // When
            DecodedRequest decoded = RequestCodec.decode(account, RequestCodec.encode(request));

            // Then
            assertThat(decoded).isEqualTo(new DecodedRequest.WellFormed(request));
        }
    }

    @Test
    void shouldCoverTheShape_whenManyAreTaken() {
        // Given, When
        List<RequestRecord> records = new RequestGenerator(1, SHAPE).take(5_000);
        List<AdmissionRequest> requests = records.stream()
                .map(record -> (AdmissionRequest) record.request())
                .toList();

        // Then
        assertThat(distinct(requests.stream()
                        .map(request -> request.clientId().account())
                        .toList()))
                .hasSize(8);
        assertThat(distinct(requests.stream().map(AdmissionRequest::cost).toList()))
                .contains(0L, 4L);
        assertThat(distinct(records.stream()
                        .map(record -> record.reply().correlationId())
                        .toList()))
                .hasSize(5_000);
        Map<String, Set<Long>> costsByKey = new HashMap<>();
        requests.stream()
                .filter(request -> request.idempotencyKey() != null)
                .collect(Collectors.groupingBy(AdmissionRequest::idempotencyKey))
                .forEach((key, uses) -> costsByKey.put(
                        key, distinct(uses.stream().map(AdmissionRequest::cost).toList())));
        assertThat(costsByKey.values()).anyMatch(costs -> costs.size() > 1).anyMatch(costs -> costs.size() == 1);
    }

    private static <T> Set<T> distinct(List<T> values) {
        return Set.copyOf(values);
    }
}
