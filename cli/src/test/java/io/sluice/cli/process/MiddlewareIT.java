package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.middleware.HttpAdmissions;
import io.sluice.middleware.HttpAdmissionsConfig;
import io.sluice.middleware.NextStep;
import io.sluice.middleware.Reservation;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The middleware against the real request API with the built-in rules, in the end without it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MiddlewareIT {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String PER_CLIENT = "free-per-client";

    private static DevProcess dev;
    private static OrdersProcess orders;
    private static HttpAdmissions admissions;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        dev = DevProcess.ready(data);
        admissions = HttpAdmissions.of(HttpAdmissionsConfig.of(dev.httpUrl()).withAdminUrl(dev.adminUrl()));
        orders = OrdersProcess.ready(dev.httpUrl());
    }

    @AfterAll
    static void stop() {
        orders.close();
        admissions.close();
        dev.close();
    }

    @Test
    @Order(1)
    void shouldGiveVerdicts_whenAsked() throws Exception {
        // Given
        AdmissionRequest all = AdmissionRequest.of("acme/alice")
                .cost(20)
                .requestId("r-1")
                .exact(true)
                .build();

        // When
        AdmissionVerdict first = verdict(all);
        AdmissionVerdict second = verdict(all);

        // Then
        assertThat(first.allowed()).isTrue();
        assertThat(second.allowed()).isFalse();
        assertThat(second).isInstanceOfSatisfying(AdmissionVerdict.Recorded.class, recorded -> {
            assertThat(recorded.verdict().requestId()).isEqualTo("r-1");
            assertThat(recorded.verdict().decisionId()).matches("\\d+-\\d+");
        });
        VerdictDetails details = second.details();
        assertThat(details).isNotNull();
        assertThat(details.decidingLimit()).isNotNull();
        assertThat(details.decidingLimit().id()).isEqualTo(PER_CLIENT);
        NextStep step = NextStep.after(new Answer.Answered<>(second));
        assertThat(step.fields())
                .containsOnlyKeys("Retry-After", "RateLimit", "RateLimit-Policy")
                .containsEntry("RateLimit-Policy", "\"free-per-client\";q=20;w=60, \"free-per-account\";q=200;w=12");
        assertThat(admissions.readiness().ready()).isTrue();
        assertThat(admissions.probe(PATIENCE_MILLIS).get().ready()).isTrue();
    }

    @Test
    @Order(2)
    void shouldChargeOnce_whenSentAgain() throws Exception {
        // Given
        AdmissionRequest order = AdmissionRequest.of("acme/bob")
                .cost(12)
                .idempotencyKey("order-4711")
                .build();

        // When
        VerdictDetails first = verdict(order).details();
        VerdictDetails again = verdict(order).details();

        // Then
        assertThat(first).isNotNull();
        assertThat(again).isNotNull();
        assertThat(first.replayed()).isFalse();
        assertThat(again.replayed()).isTrue();
        assertThat(again.allowed()).isTrue();
        assertThat(remaining("acme/bob")).isBetween(8L, 12L);
    }

    @Test
    @Order(3)
    void shouldGiveBackTheRest_whenSettled() throws Exception {
        // Given
        AdmissionRequest reserving =
                AdmissionRequest.of("acme/carol").cost(20).reserveMillis(60_000).build();

        // When it costs less
        Settlement settlement;
        DecisionId id;
        try (Reservation reservation = Reservation.open(admissions, reserving, PATIENCE_MILLIS)) {
            assertThat(reservation.allowed()).isTrue();
            id = reservation.id();
            SettlementReply committed = reservation.commit(4).orNull();
            assertThat(committed).isNotNull();
            settlement = committed.settlement();
        }

        // Then
        assertThat(settlement).isNotNull();
        assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.COMMITTED);
        assertThat(settlement.returned()).isEqualTo(16);

        // When the work fails, or there is no such reservation
        try (Reservation reservation = Reservation.open(
                admissions,
                AdmissionRequest.of("acme/carol").cost(16).reserveMillis(60_000).build(),
                PATIENCE_MILLIS)) {
            assertThat(reservation.allowed()).isTrue();
        }
        SettlementReply unknown = admissions
                .commit(reserving.clientId(), new DecisionId(id.partition(), 999_999_999), 1, PATIENCE_MILLIS)
                .get()
                .orNull();

        // Then
        assertThat(remaining("acme/carol")).isBetween(16L, 20L);
        assertThat(unknown).isNotNull();
        assertThat(unknown.error()).isNotNull();
        assertThat(unknown.error().code()).isEqualTo(WireError.RESERVATION_NOT_FOUND);
    }

    @Test
    @Order(4)
    void shouldGiveEveryOtherAnswer_whenAsked() throws Exception {
        // Given
        AdmissionRequest check = AdmissionRequest.of("acme/dave").cost(11).build();

        // When
        BatchVerdict batch = admissions
                .admitAll(BatchRequest.checked(List.of(check, check), null, null), PATIENCE_MILLIS)
                .get()
                .orNull();
        Explanation explanation =
                admissions.explain(check, PATIENCE_MILLIS).get().orNull();
        Answer<AdmissionVerdict> refused = admissions
                .admit(AdmissionRequest.of("acme/dave").cost(1).maxWaitMillis(1).build(), 600_000)
                .get();

        // Then
        assertThat(batch).isNotNull();
        assertThat(batch.details().allowed()).isFalse();
        assertThat(batch.refusedCheck()).isEqualTo(1);
        assertThat(explanation).isNotNull();
        assertThat(explanation.details().allowed()).isTrue();
        assertThat(explanation.limits()).isNotEmpty();
        assertThat(refused.orNull()).isNotNull();
        assertThat(remaining("acme/dave")).isBetween(19L, 20L);
    }

    @Test
    @Order(5)
    void shouldLimitTheExample_whenItsReadmeIsFollowed() throws Exception {
        // Given
        // When
        String ordered = orders.run("order");
        String fields = orders.run("fields");
        String report = orders.run("report");

        // Then
        assertThat(ordered.lines()).hasSize(5).endsWith("429").startsWith("201", "201", "201", "201");
        assertThat(fields)
                .contains("HTTP/1.1 200 OK")
                .contains("RateLimit: \"free-per-client\";r=19;t=3, \"free-per-account\";r=")
                .contains("RateLimit-Policy: \"free-per-client\";q=20;w=60, \"free-per-account\";q=200;w=12");
        assertThat(report.lines())
                .containsExactly("report of month 7, 3 tokens of 10", "500", "free-per-client\";r=19");
    }

    @Test
    @Order(6)
    void shouldEndAtTheDeadline_whenSluiceStandsStill() throws Exception {
        // Given
        AdmissionRequest request = AdmissionRequest.of("acme/erin").build();
        dev.pause();

        // When
        Answer<AdmissionVerdict> answer;
        try {
            answer = admissions.admit(request, 300).get();
        } finally {
            dev.resume();
        }

        // Then
        assertThat(answer).isEqualTo(new Answer.Unavailable<>("no answer in 300 ms"));
        assertThat(verdict(request)).isNotNull();
    }

    @Test
    @Order(7)
    void shouldFollowTheFailurePolicy_whenSluiceIsDead() throws Exception {
        // Given
        AdmissionRequest request = AdmissionRequest.of("acme/erin").build();
        dev.kill();

        // When / Then
        for (FailurePolicy policy : FailurePolicy.values()) {
            try (HttpAdmissions other =
                    HttpAdmissions.of(HttpAdmissionsConfig.of(dev.httpUrl()).withFailurePolicy(policy))) {
                Answer<AdmissionVerdict> answer =
                        other.admit(request, PATIENCE_MILLIS).get();
                assertThat(answer).isEqualTo(policy.answer(detail(answer)));
                assertThat(other.readiness().ready()).isFalse();
            }
        }
        // The example lets orders through, without fields, since nobody has counted.
        assertThat(orders.run("fields")).contains("HTTP/1.1 200 OK").doesNotContain("RateLimit");
    }

    private static String detail(Answer<AdmissionVerdict> answer) {
        return answer instanceof Answer.Degraded<AdmissionVerdict> degraded
                ? degraded.detail()
                : ((Answer.Unavailable<AdmissionVerdict>) answer).detail();
    }

    private static AdmissionVerdict verdict(AdmissionRequest request) throws Exception {
        Answer<AdmissionVerdict> answer =
                admissions.admit(request, PATIENCE_MILLIS).get();
        assertThat(answer.orNull()).as("%s", answer).isNotNull();
        return answer.orNull();
    }

    private static long remaining(String clientId) throws Exception {
        Answer<QuotaReport> answer = admissions
                .quota(ClientId.parse("clientId", clientId), PATIENCE_MILLIS)
                .get();
        assertThat(answer.orNull()).as("%s", answer).isNotNull();
        return answer.orNull().limits().stream()
                .filter(limit -> limit.id().equals(PER_CLIENT))
                .mapToLong(LimitStatus::remaining)
                .findFirst()
                .orElseThrow();
    }
}
