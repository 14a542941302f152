package io.sluice.perf.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perf.load.AdmissionLoad.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DrawnAdmissionsTest {
    private static final String RECORDED = "{\"decisionId\":\"0-7\",\"recordedIn\":\"decision\",\"verdict\":\"allow\"}";
    private static final String LOCAL = "{\"leaseId\":\"0-7\",\"recordedIn\":\"lease-report\",\"verdict\":\"allow\"}";

    private final DrawnAdmissions asked = new DrawnAdmissions(
            "", List.of(new Request("one", "/v1/orders/7"), new Request("two", "/v1/orders/7")), new int[] {0, 0, 1});

    @Test
    void shouldAskAsDrawn_whenRequestsAreNumbered() {
        assertThat(text(asked.request(0))).contains("\"clientId\":\"one\"");
        assertThat(text(asked.request(2))).contains("\"clientId\":\"two\"");
        assertThat(text(asked.request(3))).contains("\"clientId\":\"one\"");
    }

    @Test
    void shouldCountByClientAndByWhoAnswered_whenAnswersCome() {
        // Given
        byte[] unused = asked.request(0);

        // When
        asked.answered(0, reply(200, RECORDED));
        asked.answered(1, reply(200, LOCAL));
        asked.answered(2, reply(200, LOCAL));

        // Then
        assertThat(asked.admittedByClient()).isEqualTo(Map.of("one", 2L, "two", 1L));
        assertThat(asked.admitted()).isEqualTo(3);
        assertThat(asked.local()).isEqualTo(2);
    }

    @Test
    void shouldSayHowMuchWasTooMuch_whenAClientGotMoreThanItsBucketHad() {
        // Given
        byte[] unused = asked.request(0);

        // When
        for (int i = 0; i < 5; i++) {
            asked.answered(0, reply(200, LOCAL));
        }

        // Then: nothing refills in this time, except for what is begun
        assertThat(asked.admittedBeyond(5, 1e-9)).isZero();
        assertThat(asked.admittedBeyond(2, 1e-9)).isEqualTo(2);
    }

    @Test
    void shouldFail_whenAnAnswerIsNoVerdict() {
        assertThatThrownBy(() -> asked.answered(0, reply(503, "{}"))).hasMessageContaining("not a verdict");
    }

    private static HttpReply reply(int status, String body) {
        byte[] bytes = ("HTTP/1.1 " + status + " x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
        return requireNonNull(HttpReply.parse(bytes, bytes.length));
    }

    private static String text(byte[] request) {
        return new String(request, StandardCharsets.US_ASCII);
    }
}
