package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.streams.ops.StreamsStatus.SeenThread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

final class ReadinessRulesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final GroupStatus STABLE = new GroupStatus("Stable", 0, Map.of(2, 0L, 3, 10L));

    private final ReadinessRules rules = new ReadinessRules(Duration.ofSeconds(6), 1_000);

    private static StreamsStatus running(Set<Integer> active, Set<Integer> standby) {
        return new StreamsStatus(
                State.RUNNING, List.of(new SeenThread("StreamThread-1", active, standby, SECOND, SECOND)));
    }

    private static StreamsStatus running(Duration sincePoll, Duration sinceHeartbeat) {
        return new StreamsStatus(
                State.RUNNING,
                List.of(new SeenThread("StreamThread-1", Set.of(0), Set.of(), sincePoll, sinceHeartbeat)));
    }

    @Test
    void shouldBeReady_whenItHasPartitionsOrCopies() {
        assertThat(rules.ready(running(Set.of(0), Set.of(1)), null)).isEqualTo(ProbeAnswer.OK);
        assertThat(rules.ready(running(Set.of(), Set.of(1)), null)).isEqualTo(ProbeAnswer.OK);
    }

    @Test
    void shouldBeReadyWithNothing_whenOthersHaveEveryPartition() {
        // Given
        StreamsStatus spare = running(Set.of(), Set.of());

        // Then
        assertThat(rules.ready(spare, STABLE)).isEqualTo(ProbeAnswer.OK);
        assertThat(rules.ready(spare, null).detail()).isEqualTo("it waits for partitions from its group");
        assertThat(rules.ready(spare, new GroupStatus("Stable", 2, Map.of())).ok())
                .isFalse();
        assertThat(rules.ready(spare, new GroupStatus("PreparingRebalance", 0, Map.of()))
                        .ok())
                .isFalse();
    }

    @Test
    void shouldNotBeReady_whenItsGroupHasNotHeardOfItForASession() {
        assertThat(rules.ready(running(SECOND, Duration.ofSeconds(7)), STABLE).detail())
                .isEqualTo("it waits for its group");
        assertThat(rules.ready(running(SECOND, null), STABLE).ok()).isFalse();
    }

    @Test
    void shouldNotBeReady_whenAThreadIsHeldUp() {
        assertThat(rules.ready(running(Duration.ofSeconds(11), SECOND), STABLE).detail())
                .isEqualTo("StreamThread-1 is held up: it has not asked for requests for 11 s");
    }

    @Test
    void shouldNotBeReady_whenItRestoresOrHasGivenUpOrHasNoThread() {
        List<SeenThread> threads = running(Set.of(0), Set.of()).threads();

        assertThat(rules.ready(new StreamsStatus(State.REBALANCING, threads), STABLE)
                        .detail())
                .isEqualTo("partitions are being assigned or restored");
        assertThat(rules.ready(new StreamsStatus(State.ERROR, threads), STABLE).detail())
                .isEqualTo("it has given up");
        assertThat(rules.ready(new StreamsStatus(State.RUNNING, List.of()), STABLE)
                        .detail())
                .isEqualTo("no stream thread lives");
    }

    @Test
    void shouldLetAnotherBeStopped_whenItsCopiesHaveCaughtUpInAStableGroup() {
        // Given
        StreamsStatus seen = running(Set.of(0), Set.of(2, 3));

        // Then
        assertThat(rules.standbys(ProbeAnswer.OK, seen, STABLE)).isEqualTo(ProbeAnswer.OK);
        assertThat(rules.standbys(ProbeAnswer.not("why"), seen, STABLE).detail())
                .isEqualTo("why");
        assertThat(rules.standbys(ProbeAnswer.OK, seen, null).ok()).isFalse();
        assertThat(rules.standbys(ProbeAnswer.OK, seen, new GroupStatus("Stable", 0, Map.of(2, 0L, 3, 1_001L)))
                        .detail())
                .isEqualTo("the copy of partition 3 is 1001 records behind (expected: at most 1000)");
        assertThat(rules.standbys(ProbeAnswer.OK, seen, new GroupStatus("Stable", 0, Map.of(2, 0L)))
                        .detail())
                .isEqualTo("the copy of partition 3 has just been begun");
        assertThat(rules.standbys(ProbeAnswer.OK, seen, new GroupStatus("PreparingRebalance", 0, Map.of()))
                        .detail())
                .isEqualTo("its group is PreparingRebalance (expected: Stable)");
        assertThat(rules.standbys(ProbeAnswer.OK, seen, new GroupStatus("Stable", 1, Map.of(2, 0L, 3, 0L)))
                        .ok())
                .isFalse();
    }
}
