package io.sluice.gateway.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.ScriptedCluster;
import io.sluice.gateway.ScriptedCluster.Script;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Unknown;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.SettleRequest.Verb;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class SettlementsTest {
    private final ScriptedCluster cluster = new ScriptedCluster();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<Runnable> paused = new ArrayDeque<>();
    private final List<Long> pausesMillis = new ArrayList<>();
    private final Settlements settlements = new Settlements(cluster, "ratelimit", registry, millis -> {
        pausesMillis.add(millis);
        return paused::add;
    });

    private ChargedHits charged(String... clients) throws Exception {
        List<Hit> hits = new ArrayList<>();
        for (String client : clients) {
            hits.add(new Hit(hits.size(), AdmissionRequest.of(client).build()));
        }
        return new HitCharging(cluster, settlements).charge(hits, 20).join();
    }

    private void letPausesPass() {
        for (Runnable next = paused.poll(); next != null; next = paused.poll()) {
            next.run();
        }
    }

    private List<String> settled() {
        return cluster.settled.stream()
                .map(request -> request.verb() + " " + request.clientId().text())
                .toList();
    }

    private double failed() {
        return registry.get("sluice.gateway.settlements.failed").counter().count();
    }

    private double open() {
        return registry.get("sluice.gateway.settlements.open").gauge().value();
    }

    @Test
    void shouldCancelAReservation_whenItsAnswerIsLate() throws Exception {
        // Given
        cluster.with("slow", Script.LATE);

        // When
        ChargedHits result = charged("alice", "slow");

        // Then: one is cancelled at once, the other when its name is known
        assertThat(result).isInstanceOf(Unknown.class);
        assertThat(settled()).containsExactly(Verb.CANCEL + " alice");
        assertThat(open()).isEqualTo(1);
        letPausesPass();
        assertThat(settled()).containsExactly(Verb.CANCEL + " alice", Verb.CANCEL + " slow");
        assertThat(cluster.admitted).hasSize(3);
        assertThat(cluster.admitted.get(2)).isEqualTo(cluster.admitted.get(1));
        assertThat(cluster.admitted)
                .extracting(AdmissionRequest::idempotencyKey)
                .doesNotContainNull();
        assertThat(open()).isZero();
        assertThat(failed()).isZero();
    }

    @Test
    void shouldRepeatACommit_whenNobodyAnswersIt() throws Exception {
        // Given
        cluster.losingSettlements(3);

        // When
        ChargedHits result = charged("alice", "bob");
        letPausesPass();

        // Then
        assertThat(result)
                .isInstanceOfSatisfying(
                        Decided.class, decided -> assertThat(decided.allowed()).isTrue());
        assertThat(settled()).hasSize(5).contains(Verb.COMMIT + " alice", Verb.COMMIT + " bob");
        assertThat(open()).isZero();
        assertThat(failed()).isZero();
    }

    @Test
    void shouldCommit_whenTheFailurePolicyAllowedInPlaceOfALateAnswer() throws Exception {
        // Given
        cluster.with("slow", Script.DEGRADED_ALLOW);
        charged("alice", "slow");

        // When
        cluster.with("slow", Script.ALLOW);
        letPausesPass();

        // Then
        assertThat(settled()).containsExactly(Verb.COMMIT + " alice", Verb.COMMIT + " slow");
    }

    @Test
    void shouldSettleNothing_whenTheLateAnswerIsADenial() throws Exception {
        // Given
        cluster.with("slow", Script.UNAVAILABLE);
        charged("alice", "slow");

        // When
        cluster.with("slow", Script.DENY);
        letPausesPass();

        // Then
        assertThat(settled()).containsExactly(Verb.CANCEL + " alice");
        assertThat(failed()).isZero();
    }

    @Test
    void shouldCountIt_whenNoAnswerEverComes() throws Exception {
        // Given
        cluster.with("gone", Script.UNAVAILABLE);

        // When
        charged("alice", "gone");
        letPausesPass();

        // Then: the attempts end, before the reservation does
        assertThat(cluster.admitted.stream()
                        .filter(asked -> asked.clientId().text().equals("gone")))
                .hasSize(1 + Settlements.ATTEMPTS_MAX);
        assertThat(pausesMillis).containsExactly(250L, 250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L);
        assertThat(failed()).isEqualTo(1);
        assertThat(open()).isZero();
    }

    @Test
    void shouldNotQueueWithoutEnd_whenTheClusterStaysAway() throws Exception {
        // Given
        AdmissionRequest reserved = AdmissionRequest.of("gone")
                .idempotencyKey("k")
                .reserveMillis(Settlements.RESERVE_MILLIS)
                .build();

        // When
        for (int i = 0; i <= Settlements.REPEATED_MAX; i++) {
            settlements.settleUnanswered(reserved, false);
        }

        // Then
        assertThat(open()).isEqualTo(Settlements.REPEATED_MAX);
        assertThat(failed()).isEqualTo(1);
    }
}
