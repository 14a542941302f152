package io.sluice.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server may say anything, or nothing: every call ends in time, and nothing but a verdict passes for one. */
final class HttpAdmissionsTest {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String ALLOW =
            "{\"decisionId\":\"0-5\",\"recordedIn\":\"decision\",\"verdict\":\"allow\",\"limits\":[]}";
    private static final String DENY =
            "{\"decisionId\":\"0-5\",\"recordedIn\":\"decision\",\"verdict\":\"deny\",\"limits\":[]}";
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    static Stream<Arguments> hostileAnswers() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
        return Stream.of(
                Arguments.of("nothing", "", ""),
                Arguments.of("no HTTP", "SSH-2.0-OpenSSH\r\n", ""),
                Arguments.of("truncated", head + "Content-Length: 500\r\n\r\n{\"verdict\":\"al", ""),
                Arguments.of("half a JSON", RawServer.json(200, "", "{\"verdict\":\"allow\""), "not readable"),
                Arguments.of("two JSONs", RawServer.json(200, "", ALLOW + ALLOW), "more than one JSON"),
                Arguments.of("no UTF-8", RawServer.json(200, "", "x").replace("x", "\u00ff"), "not readable"),
                Arguments.of(
                        "huge", RawServer.json(200, "", "{\"a\":\"" + "x".repeat(5_000) + "\"}"), "answerBytesMax"),
                Arguments.of("deep", RawServer.json(200, "", "[".repeat(999)), "not readable"),
                Arguments.of(
                        "a page",
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>",
                        "text/html"),
                Arguments.of("no type", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "expected: JSON"),
                Arguments.of("no verdict", RawServer.json(200, "", "{}"), "status 200"),
                Arguments.of("a number for a verdict", RawServer.json(200, "", "{\"verdict\":1}"), "verdict"),
                Arguments.of("another verdict", RawServer.json(200, "", "{\"verdict\":\"maybe\"}"), "maybe"),
                Arguments.of("no decision", RawServer.json(200, "", "{\"verdict\":\"allow\"}"), "decisionId"),
                Arguments.of("allow with 500", RawServer.json(500, "", ALLOW), "status 500 with verdict allow"),
                Arguments.of("deny with 200", RawServer.json(200, "", DENY), "status 200 with verdict deny"),
                Arguments.of(
                        "a redirect", RawServer.json(302, "Location: http://127.0.0.1:1/\r\n", "{}"), "status 302"),
                Arguments.of("another's 404", RawServer.json(404, "", "{\"error\":1}"), ""),
                Arguments.of("another's 429", RawServer.json(429, "Retry-After: 99999999999\r\n", "{}"), "status 429"),
                Arguments.of("503, bad Retry-After", RawServer.json(503, "Retry-After: soon\r\n", "{}"), "status 503"),
                Arguments.of("no key", RawServer.json(401, "", "{\"detail\":\"who?\"}"), "status 401: who?"),
                Arguments.of("a bad header", head + "X-\u0001: \r\n y\r\nContent-Length: 2\r\n\r\n{}", ""),
                Arguments.of("many headers", head + "a: b\r\n".repeat(200_000) + "\r\n", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileAnswers")
    void shouldAskTheFailurePolicy_whenTheAnswerIsNone(String name, String answer, String detail) throws Exception {
        // Given
        try (RawServer server = RawServer.saying(answer);
                HttpAdmissions admissions = client(server, FailurePolicy.DENY)) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();

            // Then
            assertThat(answered).isInstanceOfSatisfying(Answer.Degraded.class, degraded -> {
                assertThat(degraded.allowed()).isFalse();
                assertThat(degraded.detail()).contains(detail);
            });
            assertThat(server.requests()).hasSize(1);
            assertThat(admissions.readiness().ready()).isFalse();
            assertThat(admissions.counts().failed()).isEqualTo(1);
        }
    }

    @Test
    void shouldEndAtTheDeadline_whenTheAnswerTrickles() throws Exception {
        // Given: a body that never ends, a byte at a time
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";
        HttpAdmissionsConfig.Bounds wide =
                new HttpAdmissionsConfig.Bounds(10, 2, 67_108_864, 2, Duration.ofSeconds(20));
        try (RawServer server = new RawServer((number, out) -> {
                    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
                    while (true) {
                        out.write(' ');
                        out.flush();
                    }
                });
                HttpAdmissions admissions = HttpAdmissions.of(HttpAdmissionsConfig.of(server.url())
                        .withFailurePolicy(FailurePolicy.ALLOW)
                        .withBounds(wide))) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request(null), 200).get();

            // Then
            assertThat(answered).isEqualTo(new Answer.Degraded<>(true, "no answer in 200 ms"));
        }
    }

    @Test
    void shouldEndAtTheDeadline_whenNobodyAnswers() throws Exception {
        // Given
        try (RawServer server =
                        new RawServer((number, out) -> Thread.currentThread().join());
                HttpAdmissions admissions = client(server, FailurePolicy.ERROR)) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request("key-1"), 100).get();

            // Then
            assertThat(answered).isEqualTo(new Answer.Unavailable<>("no answer in 100 ms"));
            assertThat(admissions.counts().waiting()).isZero();
        }
    }

    @Test
    void shouldSendAgain_whenItHasAKey() throws Exception {
        // Given: one answer is lost, one is a 503, then there is a verdict
        try (RawServer server = new RawServer((number, out) -> {
                    String answer = number == 2 ? RawServer.json(503, "", "{}") : RawServer.json(200, "", ALLOW);
                    if (number > 1) {
                        out.write(answer.getBytes(StandardCharsets.UTF_8));
                    }
                    out.flush();
                    if (number == 1) {
                        throw new java.io.IOException("lost");
                    }
                });
                HttpAdmissions admissions = client(server, FailurePolicy.ERROR)) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request("key-1"), PATIENCE_MILLIS).get();

            // Then
            assertThat(answered.orNull()).isNotNull();
            assertThat(server.requests())
                    .hasSize(3)
                    .allSatisfy(request -> assertThat(request).contains("\"idempotencyKey\":\"key-1\""));
            assertThat(admissions.counts().retries()).isEqualTo(2);
            assertThat(admissions.readiness()).isEqualTo(new Readiness(true, ""));
        }
    }

    @Test
    void shouldNotSendAgain_whenItCouldBeChargedTwice() throws Exception {
        // Given
        try (RawServer server = RawServer.saying(RawServer.json(503, "", "{\"detail\":\"no verdict\"}"));
                HttpAdmissions admissions = client(server, FailurePolicy.ERROR)) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();

            // Then
            assertThat(answered).isEqualTo(new Answer.Unavailable<>("status 503: no verdict"));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldLeaveItInPeace_whenRetryAfterIsPastTheDeadline() throws Exception {
        // Given
        String later = RawServer.json(503, "Retry-After: 3600\r\n", "{\"detail\":\"later\"}");
        try (RawServer server = RawServer.saying(later);
                HttpAdmissions admissions = client(server, FailurePolicy.ERROR)) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request("key-1"), PATIENCE_MILLIS).get();

            // Then: at once, and not at the deadline
            assertThat(answered).isEqualTo(new Answer.Unavailable<>("status 503: later"));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void shouldTryAgain_whenTheConnectionIsRefused() throws Exception {
        // Given: a port that nobody listens on
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (HttpAdmissions admissions = HttpAdmissions.of(HttpAdmissionsConfig.of("http://127.0.0.1:" + port))) {
            // When: it never left, so it may be sent again without a key
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();

            // Then
            assertThat(answered).isInstanceOf(Answer.Unavailable.class);
            assertThat(admissions.counts().retries()).isEqualTo(2);
        }
    }

    @Test
    void shouldFailAtOnce_whenTooManyWait() throws Exception {
        // Given
        try (RawServer server =
                        new RawServer((number, out) -> Thread.currentThread().join());
                HttpAdmissions admissions = HttpAdmissions.of(HttpAdmissionsConfig.of(server.url())
                        .withBounds(new HttpAdmissionsConfig.Bounds(1, 0, 4_096, 1, Duration.ofSeconds(20))))) {
            CompletableFuture<Answer<AdmissionVerdict>> first = admissions.admit(request(null), PATIENCE_MILLIS);

            // When
            Answer<AdmissionVerdict> second =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();

            // Then
            assertThat(second).isEqualTo(new Answer.Unavailable<>("1 calls wait already (callsMax)"));
            assertThat(first).isNotDone();
            assertThat(admissions.counts().turnedAway()).isEqualTo(1);

            // When it is closed, nobody waits any longer
            admissions.close();
            assertThat(first.get()).isEqualTo(new Answer.Unavailable<>("the client was closed"));
            assertThat(admissions.admit(request(null), 1_000).get())
                    .isEqualTo(new Answer.Unavailable<>("the client is closed"));
        }
    }

    @Test
    void shouldSendKeyTraceAndDeadline_whenItAsks() throws Exception {
        // Given
        try (RawServer server = RawServer.saying(RawServer.json(200, "", ALLOW));
                HttpAdmissions admissions = HttpAdmissions.of(
                        HttpAdmissionsConfig.of(server.url() + "/sluice/").withCredentials(() -> "key-of-orders"))) {
            // When
            AdmissionRequest request = request(null);
            Traceparent.during(TRACE, () -> admissions.admit(request, 10_000)).get();

            // Then: the server's own failure policy gets a part of the deadline
            assertThat(server.requests().get(0))
                    .startsWith("POST /sluice/v1/admissions HTTP/1.1")
                    .containsIgnoringCase("authorization: Bearer key-of-orders")
                    .containsIgnoringCase("traceparent: " + TRACE)
                    .containsPattern("\"deadlineMillis\":(8\\d{3}|9000)\\b");
        }
    }

    @Test
    void shouldNotShowTheToken_whenItIsNoHeaderValue() throws Exception {
        // Given
        try (RawServer server = RawServer.saying(RawServer.json(200, "", ALLOW));
                HttpAdmissions admissions = HttpAdmissions.of(
                        HttpAdmissionsConfig.of(server.url()).withCredentials(() -> "secret\r\nx: y"))) {
            // When
            Answer<AdmissionVerdict> answered =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();

            // Then
            assertThat(answered)
                    .isInstanceOfSatisfying(
                            Answer.Unavailable.class,
                            none -> assertThat(none.detail())
                                    .contains("credentials")
                                    .doesNotContain("secret"));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void shouldSayWhatWasRefused_whenTheRequestIsWrong() throws Exception {
        // Given
        String problem = "{\"type\":\"urn:sluice:problem:reservation-not-found\",\"status\":404,\"detail\":\"d\","
                + "\"errors\":[{\"field\":\"reservationId\",\"detail\":\"0-1\"}]}";
        WireError error = new WireError(WireError.RESERVATION_NOT_FOUND, "reservationId", "0-1");
        try (RawServer server = RawServer.saying(RawServer.json(404, "", problem));
                HttpAdmissions admissions = client(server, FailurePolicy.ALLOW)) {
            // When
            Answer<AdmissionVerdict> admission =
                    admissions.admit(request(null), PATIENCE_MILLIS).get();
            SettlementReply settlement = admissions
                    .cancel(ClientId.parse("clientId", "acme/alice"), new DecisionId(0, 1), PATIENCE_MILLIS)
                    .get()
                    .orNull();

            // Then: a policy that allows does not let it through
            assertThat(admission).isEqualTo(new Answer.Refused<>(error));
            assertThat(settlement).isNotNull();
            assertThat(settlement.error()).isEqualTo(error);
            assertThat(server.requests().get(1)).startsWith("POST /v1/reservations/0-1/cancel ");
        }
    }

    @Test
    void shouldAnswerDegraded_whenTheFrontEndDoes() throws Exception {
        // Given
        String degraded = "{\"recordedIn\":\"none\",\"verdict\":\"allow\",\"reasonCode\":\"degraded\","
                + "\"reason\":\"no verdict in 90 ms\",\"degraded\":true}";
        try (RawServer server = RawServer.saying(RawServer.json(200, "", degraded));
                HttpAdmissions admissions = client(server, FailurePolicy.DENY)) {
            // When / Then: the policy of the ruleset is better than ours
            assertThat(admissions.admit(request(null), PATIENCE_MILLIS).get())
                    .isEqualTo(new Answer.Degraded<>(true, "no verdict in 90 ms"));
        }
    }

    @Test
    void shouldLeaveNoThread_whenClosed() throws Exception {
        // Given
        try (RawServer server = RawServer.saying(RawServer.json(200, "", ALLOW))) {
            HttpAdmissions admissions = client(server, FailurePolicy.ERROR);
            admissions.admit(request(null), PATIENCE_MILLIS).get();

            // When
            admissions.close();

            // Then
            Awaitility.await()
                    .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                            .extracting(Thread::getName)
                            .noneMatch(name -> name.startsWith("sluice-")));
        }
    }

    @Test
    void shouldNameWhatIsWrong_whenConfigured() {
        for (String url : new String[] {"", "127.0.0.1:8080", "ftp://host", "http://", "http://h?x=1"}) {
            assertThatThrownBy(() -> HttpAdmissionsConfig.of(url))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("url: ");
        }
        assertThatThrownBy(() -> new HttpAdmissionsConfig.Bounds(0, 0, 4_096, 1, Duration.ofSeconds(1)))
                .hasMessage("callsMax: 0 (expected: 1..100000)");
    }

    private static HttpAdmissions client(RawServer server, FailurePolicy policy) {
        return HttpAdmissions.of(HttpAdmissionsConfig.of(server.url())
                .withFailurePolicy(policy)
                .withBounds(new HttpAdmissionsConfig.Bounds(10, 2, 4_096, 2, Duration.ofSeconds(20))));
    }

    private static AdmissionRequest request(String idempotencyKey) throws Exception {
        return AdmissionRequest.of("acme/alice").idempotencyKey(idempotencyKey).build();
    }
}
