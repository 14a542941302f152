package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns, priorities and actions, through codecs and RocksDB. */
final class ExceedTopologyTest extends TopologyTest {
    private static String onePerSecond(String more) {
        return "{\"limits\":[{\"id\":\"l\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":1"
                + more + "}]}";
    }

    private static AdmissionRequest.Builder waiting() {
        return AdmissionRequest.of("acme").maxWaitMillis(2_000);
    }

    @Test
    void shouldTellTheScheduledTime_whenTheCallerWaits() throws Exception {
        // Given
        topology.activate(1, onePerSecond(""));
        topology.ask(waiting());

        // When
        Verdict verdict = topology.ask(waiting().idempotencyKey("k"));
        Verdict again = topology.ask(waiting().idempotencyKey("k"));
        Verdict third = topology.ask(waiting());
        Verdict late = topology.ask(waiting());

        // Then
        VerdictDetails throttled = verdict.details();
        assertThat(throttled.action()).isEqualTo(ExceedAction.THROTTLE);
        assertThat(throttled.delayMillis()).isEqualTo(1_000);
        assertThat(throttled.reason()).isEqualTo("charged in advance; its tokens are there in 1000 ms");
        assertThat(again.details().replayed()).isTrue();
        assertThat(again.details().limits()).isEqualTo(throttled.limits());
        assertThat(third.details().delayMillis()).isEqualTo(2_000);
        assertThat(late.code()).isEqualTo(VerdictCode.DENY);
        assertThat(late.details().reason())
                .isEqualTo(
                        "limit l has 0 of 1 tokens left, 1 asked for; its tokens are there in 3000 ms, soon enough in"
                                + " 1000 ms");
        List<Decision> decisions = topology.decisions();
        assertThat(decisions).extracting(Decision::charged).containsExactly(1L, 1L, 0L, 1L, 0L);
        assertThat(decisions.get(1).request().maxWaitMillis()).isEqualTo(2_000);
        assertThat(topology.registry
                        .counter("sluice.decisions", "verdict", "allow", "reason", "throttled")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void shouldSayThatItCannotWait_whenTheLimitTakesNothingInAdvance() throws Exception {
        // Given
        topology.activate(
                1,
                "{\"limits\":[{\"id\":\"l\",\"scope\":\"client\",\"algorithm\":\"sliding-window-log\",\"limit\":1,"
                        + "\"window\":{\"per\":\"1s\"}}]}");
        topology.ask(waiting());

        // When
        Verdict verdict = topology.ask(waiting());

        // Then
        assertThat(verdict.details().reason())
                .isEqualTo(
                        "limit l has 0 of 1 tokens left, 1 asked for, it does not take in advance; enough in 1000 ms");
    }

    @Test
    void shouldKeepTokens_whenOthersMatterMore() throws Exception {
        // Given
        topology.activate(
                1,
                "{\"limits\":[{\"id\":\"l\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":10,"
                        + "\"keepFor\":{\"high\":\"20%\"}}]}");
        topology.ask(AdmissionRequest.of("acme").cost(8));

        // When
        Verdict normal = topology.ask(AdmissionRequest.of("acme"));
        Verdict high = topology.ask(AdmissionRequest.of("acme").priority(Priority.HIGH));
        Verdict never = topology.ask(AdmissionRequest.of("acme").cost(9));

        // Then
        assertThat(normal.details().reason())
                .isEqualTo(
                        "limit l has 2 of 10 tokens left, 1 asked for, the rest is kept for higher priorities; enough"
                                + " in 1000 ms");
        assertThat(high.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(never.details().reasonCode()).isEqualTo("cost-above-capacity");
        assertThat(never.details().reason())
                .isEqualTo(
                        "cost 9 is above what limit l leaves to this priority of its 10 tokens; waiting does not help");
    }

    @Test
    void shouldNameTheLimits_whenTagged() throws Exception {
        // Given
        topology.activate(1, onePerSecond(",\"onExceed\":\"tag\""));
        topology.ask(AdmissionRequest.of("acme"));

        // When
        VerdictDetails tagged = topology.ask(AdmissionRequest.of("acme")).details();

        // Then
        assertThat(tagged.allowed()).isTrue();
        assertThat(tagged.action()).isEqualTo(ExceedAction.TAG);
        assertThat(tagged.tags()).containsExactly("l");
        assertThat(tagged.limits()).extracting(LimitStatus::action).containsExactly(ExceedAction.TAG);
        assertThat(tagged.reason()).isEqualTo("let through uncharged by exceeded limits: l");
        assertThat(topology.decisions()).extracting(Decision::charged).containsExactly(1L, 0L);
    }

    @Test
    void shouldSayChallenge_whenChallenged() throws Exception {
        // Given
        topology.activate(1, onePerSecond(",\"onExceed\":\"challenge\""));
        topology.ask(AdmissionRequest.of("acme"));

        // When
        VerdictDetails challenged = topology.ask(AdmissionRequest.of("acme")).details();

        // Then
        assertThat(challenged.allowed()).isFalse();
        assertThat(challenged.action()).isEqualTo(ExceedAction.CHALLENGE);
        assertThat(challenged.reasonCode()).isEqualTo("challenged");
        assertThat(challenged.retryAfterMillis()).isEqualTo(1_000);
    }

    @Test
    void shouldBeginAtItsScheduledTime_whenAReservationWaits() throws Exception {
        // Given
        topology.activate(1, onePerSecond(",\"onExceed\":\"throttle\",\"maxWait\":\"5s\""));
        topology.ask(AdmissionRequest.of("acme"));

        // When
        VerdictDetails reserved =
                topology.ask(AdmissionRequest.of("acme").reserveMillis(500)).details();

        // Then
        assertThat(reserved.delayMillis()).isEqualTo(1_000);
        assertThat(reserved.held().reservationExpiresAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + 1_500);
    }
}
