package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Reserve, commit, cancel and release over Kafka, answered by the real streams app. */
final class KafkaReservationsIT {
    private static final long DEADLINE_MILLIS = 20_000;
    private static final ClientId ALICE = new ClientId("acme/alice", "acme");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;
    private static KafkaAdmissions admissions;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
        admissions = KafkaAdmissions.connect(cluster.config(100, FailurePolicy.ERROR), new SimpleMeterRegistry());
        TestCluster.awaitReady(admissions);
    }

    @AfterAll
    static void stop() {
        admissions.close();
        cluster.close();
    }

    @Test
    void shouldKeepWhatIsCommitted_whenReserved() throws Exception {
        // Given
        AdmissionRequest admission =
                AdmissionRequest.of("acme/alice").cost(5).reserveMillis(60_000).build();
        AdmissionVerdict reserved =
                admissions.reserve(admission, DEADLINE_MILLIS).join().orNull();
        String id = reserved.details().held().reservationId();
        DecisionId reservation = DecisionId.parse("reservationId", id);

        // When
        Settlement committed = settlement(
                admissions.commit(ALICE, reservation, 2, DEADLINE_MILLIS).join());
        Settlement again = settlement(
                admissions.commit(ALICE, reservation, 2, DEADLINE_MILLIS).join());
        WireError cancelled =
                error(admissions.cancel(ALICE, reservation, DEADLINE_MILLIS).join());
        WireError released =
                error(admissions.release(ALICE, reservation, DEADLINE_MILLIS).join());

        // Then
        assertThat(committed.outcome()).isEqualTo(Settlement.Outcome.COMMITTED);
        assertThat(committed.returned()).isEqualTo(3);
        assertThat(committed.limits())
                .extracting(limit -> limit.limit() - limit.remaining())
                .containsExactly(2L, 2L);
        assertThat(again.replayed()).isTrue();
        assertThat(cancelled.code()).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(released.code()).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        cluster.assertAgainstLog();
    }

    @Test
    void shouldRefuseAtOnce_whenARequestReservesNothing() throws Exception {
        // Given
        AdmissionRequest admission = AdmissionRequest.of("acme/alice").build();

        // When / Then
        assertThatThrownBy(() -> admissions.reserve(admission, DEADLINE_MILLIS))
                .hasMessage("reserveMillis: 0 (expected: a request that reserves)");
    }

    private static Settlement settlement(Answer<SettlementReply> answer) {
        return answer.orNull().settlement();
    }

    private static WireError error(Answer<SettlementReply> answer) {
        return answer.orNull().error();
    }
}
