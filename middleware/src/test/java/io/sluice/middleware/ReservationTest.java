package io.sluice.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Answer;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reserved is committed, or it goes back. */
final class ReservationTest {
    private static final DecisionId HOLD = new DecisionId(0, 7);
    private static final HoldNames HELD = new HoldNames("0-7", 60_000, /* releaseId= */ null);

    private AdmissionRequest request;
    private ClientId alice;

    @BeforeEach
    void request() throws Exception {
        request =
                AdmissionRequest.of("acme/alice").cost(10).reserveMillis(60_000).build();
        alice = request.clientId();
    }

    @Test
    void shouldKeepWhatItCost_whenCommitted() throws Exception {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(HELD));

        // When
        try (Reservation reservation = Reservation.open(admissions, request, 1_000)) {
            assertThat(reservation.allowed()).isTrue();
            reservation.commit(4);
        }

        // Then it is not cancelled as well
        assertThat(admissions.settled).containsExactly(SettleRequest.commit(alice, HOLD, 4));
    }

    @Test
    void shouldGiveItBackOnce_whenTheWorkFails() {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(HELD));

        // When
        assertThatThrownBy(() -> {
                    try (Reservation reservation = Reservation.open(admissions, request, 1_000)) {
                        reservation.close();
                        throw new IllegalStateException("the work failed");
                    }
                })
                .hasMessage("the work failed")
                .hasNoSuppressedExceptions();

        // Then
        assertThat(admissions.settled).containsExactly(SettleRequest.cancel(alice, HOLD));
    }

    @Test
    void shouldNotCancel_whenACommitWasTried() throws Exception {
        // Given: its answer may be lost, and the tokens are used
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(HELD));

        // When
        try (Reservation reservation = Reservation.open(admissions, request, 1_000)) {
            assertThatThrownBy(() -> reservation.commit(-1)).isInstanceOf(IllegalArgumentException.class);
            reservation.commit(4);
            reservation.commit(4);
        }

        // Then
        assertThat(admissions.settled)
                .containsExactly(SettleRequest.commit(alice, HOLD, 4), SettleRequest.commit(alice, HOLD, 4));
    }

    @Test
    void shouldSettleNothing_whenNothingWasReserved() {
        // Given
        PlannedAdmissions denying = PlannedAdmissions.always(PlannedAdmissions.denied());
        PlannedAdmissions open = PlannedAdmissions.always(new Answer.Degraded<>(true, "no answer"));

        // When / Then
        try (Reservation reservation = Reservation.open(denying, request, 1_000)) {
            assertThat(reservation.allowed()).isFalse();
            assertThatThrownBy(() -> reservation.commit(1)).isInstanceOf(IllegalStateException.class);
        }
        try (Reservation reservation = Reservation.open(open, request, 1_000)) {
            assertThat(reservation.allowed()).isTrue();
            assertThat(reservation.commit(1)).isInstanceOf(Answer.Degraded.class);
        }
        assertThat(denying.settled).isEmpty();
        assertThat(open.settled).isEmpty();
    }
}
