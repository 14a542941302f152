package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.Pong;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Self-pings on a clock that moves only when told; ticks come by hand but for one test. */
final class SelfPingTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** How soon a partition that is not well is asked again. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final Duration SILENT_AFTER = INTERVAL.multipliedBy(SelfPing.INTERVALS_MISSED_MAX);

    // Not zero: System.nanoTime may begin anywhere, below zero too.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final List<Integer> pinged = new CopyOnWriteArrayList<>();
    private final SelfPing selfPing = new SelfPing(2, INTERVAL, nanos::get, pinged::add);

    @AfterEach
    void close() {
        selfPing.close();
    }

    @Test
    void shouldPingEveryPartitionOnce_whenTheFirstTickComes() {
        // Given
        // When
        selfPing.tick();
        selfPing.tick();

        // Then
        assertThat(pinged).containsExactly(0, 1);
    }

    @Test
    void shouldAskAgainSoon_whenThereIsNoAnswer() {
        // Given
        selfPing.tick();

        // When
        List<Integer> early = pingedAfter(SOON.minusNanos(1));
        List<Integer> due = pingedAfter(Duration.ofNanos(1));

        // Then
        assertThat(early).isEmpty();
        assertThat(due).containsExactly(0, 1);
    }

    @Test
    void shouldSayHowEachPartitionAnswers_whenOneHasNever() {
        // Given
        selfPing.tick();
        selfPing.answered(new Pong("c", 1, 7));

        // When
        nanos.addAndGet(SILENT_AFTER.toNanos());
        List<PartitionHealth> recent = selfPing.partitions();
        nanos.addAndGet(1_000_000);
        List<PartitionHealth> late = selfPing.partitions();

        // Then
        assertThat(recent)
                .containsExactly(
                        new PartitionHealth(0, false, -1, 0), new PartitionHealth(1, true, SILENT_AFTER.toMillis(), 7));
        assertThat(late.get(1)).isEqualTo(new PartitionHealth(1, false, SILENT_AFTER.toMillis() + 1, 7));
    }

    @Test
    void shouldAskAgainSoon_whenNoRulesetIsInForce() {
        // Given
        selfPing.tick();
        pong(0, 0);
        pong(1, 1);

        // When
        List<Integer> due = pingedAfter(SOON);

        // Then
        assertThat(due).containsExactly(0);
    }

    @Test
    void shouldAskOnceAnInterval_whenAPartitionIsWell() {
        // Given
        selfPing.tick();
        pong(0, 1);
        pong(1, 1);

        // When
        List<Integer> early = pingedAfter(INTERVAL.minusNanos(1));
        List<Integer> due = pingedAfter(Duration.ofNanos(1));

        // Then
        assertThat(early).isEmpty();
        assertThat(due).containsExactly(0, 1);
    }

    @Test
    void shouldKeepToTheInterval_whenItIsShorterThanSoon() {
        // Given
        Duration shorter = Duration.ofMillis(100);
        try (SelfPing hasty = new SelfPing(1, shorter, nanos::get, pinged::add)) {
            hasty.tick();

            // When
            nanos.addAndGet(shorter.toNanos());
            hasty.tick();

            // Then
            assertThat(pinged).containsExactly(0, 0);
        }
    }

    @Test
    void shouldNameEveryPartition_whenNoneHasAnswered() {
        // Given
        selfPing.tick();

        // When
        Readiness readiness = selfPing.readiness();

        // Then
        assertThat(readiness)
                .isEqualTo(new Readiness(
                        false, "request partition 0 has not answered yet; request partition 1 has not answered yet"));
    }

    @Test
    void shouldNotBeReady_whenAPartitionHasNoRuleset() {
        // Given
        pong(0, 7);
        pong(1, 0);

        // When
        Readiness readiness = selfPing.readiness();

        // Then
        assertThat(readiness).isEqualTo(new Readiness(false, "request partition 1 has no ruleset in force"));
    }

    @Test
    void shouldBeReady_whenEveryPartitionHasARuleset() {
        // Given
        pong(0, 1);
        pong(1, 2);

        // When
        Readiness readiness = selfPing.readiness();

        // Then
        assertThat(readiness).isEqualTo(new Readiness(true, ""));
    }

    @Test
    void shouldStayReadyAndSayIt_whenHalfOfThePartitionsFallSilent() {
        // Given
        pong(0, 1);
        pong(1, 1);

        // When
        nanos.addAndGet(SILENT_AFTER.toNanos());
        Readiness atTheLast = selfPing.readiness();
        pong(0, 1);
        nanos.addAndGet(1);
        Readiness silent = selfPing.readiness();
        int missing = selfPing.missingCount();
        nanos.addAndGet(SILENT_AFTER.toNanos());
        Readiness allSilent = selfPing.readiness();
        pong(0, 1);
        pong(1, 1);
        Readiness back = selfPing.readiness();

        // Then
        assertThat(atTheLast.ready()).isTrue();
        assertThat(silent).isEqualTo(new Readiness(true, "request partition 1 no longer answers"));
        assertThat(missing).isEqualTo(1);
        assertThat(allSilent)
                .isEqualTo(new Readiness(
                        false, "request partition 0 no longer answers; request partition 1 no longer answers"));
        assertThat(back.ready()).isTrue();
    }

    @Test
    void shouldWaitForTheRestAndThenGoWithout_whenItStartsWhileAPartitionIsSilent() {
        // Given
        pong(0, 1);
        selfPing.tick();

        // When
        nanos.addAndGet(SelfPing.WHOLE_WITHIN.toNanos());
        pong(0, 1);
        Readiness early = selfPing.readiness();
        nanos.addAndGet(1);
        Readiness late = selfPing.readiness();

        // Then
        assertThat(early).isEqualTo(new Readiness(false, "request partition 1 has not answered yet"));
        assertThat(late).isEqualTo(new Readiness(true, "request partition 1 has not answered yet"));
    }

    @Test
    void shouldNotBeReady_whenFewerThanHalfOfThePartitionsAnswerForHoweverLong() {
        // Given
        try (SelfPing five = new SelfPing(5, INTERVAL, nanos::get, pinged::add)) {
            five.answered(new Pong("any", 0, 1));
            five.answered(new Pong("any", 1, 1));

            // When
            five.tick();
            nanos.addAndGet(SelfPing.WHOLE_WITHIN.toNanos() + 1);
            five.answered(new Pong("any", 0, 1));
            five.answered(new Pong("any", 1, 1));

            // Then
            assertThat(five.readiness().ready()).isFalse();
        }
    }

    @Test
    void shouldPassItOver_whenAPongNamesAPartitionThatIsNotThere() {
        // Given
        pong(0, 1);
        pong(1, 1);

        // When
        pong(2, 0);

        // Then
        assertThat(selfPing.readiness().ready()).isTrue();
    }

    @Test
    void shouldPingOn_whenOnePingFails() {
        // Given
        AtomicInteger tried = new AtomicInteger();
        try (SelfPing failing = new SelfPing(2, INTERVAL, nanos::get, partition -> {
            if (tried.incrementAndGet() == 1) {
                throw new IllegalStateException("test");
            }
            pinged.add(partition);
        })) {
            // When
            failing.start();
            Awaitility.await().until(() -> pinged.contains(1));
            nanos.addAndGet(SOON.toNanos());

            // Then the failed one has its turn again
            Awaitility.await().until(() -> pinged.contains(0));
        }
    }

    @Test
    void shouldPingOn_whenALookAtThePartitionsFails() {
        // Given
        AtomicInteger looks = new AtomicInteger();
        try (SelfPing failing = new SelfPing(
                1,
                INTERVAL,
                () -> {
                    if (looks.incrementAndGet() == 1) {
                        throw new StackOverflowError("test");
                    }
                    return nanos.get();
                },
                pinged::add)) {
            // When
            failing.start();

            // Then
            Awaitility.await().until(() -> pinged.contains(0));
        }
    }

    @Test
    void shouldPingUntilClosed_whenStarted() {
        // Given
        selfPing.start();
        Awaitility.await().until(() -> pinged.size() == 2);

        // When
        nanos.addAndGet(SOON.toNanos());
        Awaitility.await().until(() -> pinged.size() == 4);
        selfPing.close();

        // Then: time goes on, and nobody pings but one who had begun
        Awaitility.await()
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(5))
                .until(() -> {
                    nanos.addAndGet(SOON.toNanos());
                    return pinged.size() <= 6;
                });
    }

    private List<Integer> pingedAfter(Duration pause) {
        pinged.clear();
        nanos.addAndGet(pause.toNanos());
        selfPing.tick();
        return List.copyOf(pinged);
    }

    private void pong(int partition, long rulesetRevision) {
        selfPing.answered(new Pong("any", partition, rulesetRevision));
    }
}
