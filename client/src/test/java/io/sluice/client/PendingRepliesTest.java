package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.reply.Answer;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PendingRepliesTest {
    private static final int ENTRIES_MAX = 3;
    private static final long LATER_MILLIS = 60_000;
    private static final Reply REPLY = new Pong("any", 0, 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PendingReplies pending = new PendingReplies(ENTRIES_MAX, registry);

    @AfterEach
    void close() {
        pending.close();
    }

    @Test
    void shouldTurnAwayAtOnce_whenTooManyWait() {
        // Given
        IntStream.range(0, ENTRIES_MAX).forEach(number -> pending.open(number, LATER_MILLIS));

        // When
        CompletableFuture<Arrival> oneTooMany = pending.open(ENTRIES_MAX, LATER_MILLIS);

        // Then
        assertThat(oneTooMany).isCompletedWithValue(new Arrival(null, "3 requests are waiting already"));
        assertThat(counted("sluice.client.overflows")).isEqualTo(1);
        assertThat(pending.isWaiting(ENTRIES_MAX)).isFalse();
        assertThat(gauge("sluice.client.pending")).isEqualTo(ENTRIES_MAX);
        assertThat(gauge("sluice.client.pending.max")).isEqualTo(ENTRIES_MAX);
    }

    @Test
    void shouldHaveRoomAgain_whenOneHasEnded() {
        // Given
        IntStream.range(0, ENTRIES_MAX).forEach(number -> pending.open(number, LATER_MILLIS));
        pending.replied(1, REPLY);

        // When
        CompletableFuture<Arrival> next = pending.open(ENTRIES_MAX, LATER_MILLIS);

        // Then
        assertThat(next).isNotDone();
        assertThat(counted("sluice.client.overflows")).isZero();
    }

    @Test
    void shouldEndWithoutAReply_whenTheDeadlinePasses() {
        // Given
        CompletableFuture<Arrival> arrival = pending.open(1, 20);

        // When
        Arrival ended = join(arrival);

        // Then
        assertThat(ended).isEqualTo(new Arrival(null, "no verdict within 20 ms"));
        Awaitility.await().until(() -> counted("sluice.client.timeouts") == 1);
        assertThat(gauge("sluice.client.pending")).isZero();
        assertThat(roundTrips()).isZero();
    }

    @Test
    void shouldEndWithTheReply_whenItComes() {
        // Given
        CompletableFuture<Arrival> arrival = pending.open(1, LATER_MILLIS);

        // When
        pending.replied(1, REPLY);

        // Then
        assertThat(join(arrival)).isEqualTo(new Arrival(REPLY, null));
        assertThat(pending.isWaiting(1)).isFalse();
        assertThat(roundTrips()).isEqualTo(1);
        assertThat(counted("sluice.client.replies.late")).isZero();
    }

    @Test
    void shouldCountIt_whenAReplyComesTwiceOrTooLate() {
        // Given
        CompletableFuture<Arrival> answered = pending.open(1, LATER_MILLIS);
        CompletableFuture<Arrival> expired = pending.open(2, 1);
        join(expired);

        // When
        pending.replied(1, REPLY);
        pending.replied(1, new Pong("any", 0, 2));
        pending.replied(2, REPLY);
        pending.repliedLate();

        // Then
        assertThat(join(answered).reply()).isEqualTo(REPLY);
        assertThat(join(expired).reply()).isNull();
        assertThat(counted("sluice.client.replies.late")).isEqualTo(3);
        assertThat(roundTrips()).isEqualTo(1);
    }

    @Test
    void shouldSayWhy_whenTheQuestionCouldNotBeSent() {
        // Given
        CompletableFuture<Arrival> arrival = pending.open(1, LATER_MILLIS);

        // When
        pending.failed(1, "the broker is gone");
        pending.failed(1, "it is still gone");

        // Then
        assertThat(join(arrival)).isEqualTo(new Arrival(null, "the broker is gone"));
        assertThat(counted("sluice.client.timeouts")).isZero();
        assertThat(counted("sluice.client.replies.late")).isZero();
    }

    @Test
    void shouldEndEverything_whenClosed() {
        // Given
        List<CompletableFuture<Arrival>> arrivals =
                List.of(pending.open(1, LATER_MILLIS), pending.open(2, LATER_MILLIS));

        // When
        pending.close();

        // Then
        Arrival closing = new Arrival(null, "the client is closing");
        assertThat(arrivals).allSatisfy(arrival -> assertThat(arrival).isCompletedWithValue(closing));
        assertThat(pending.open(3, LATER_MILLIS)).isCompletedWithValue(closing);
        assertThat(gauge("sluice.client.pending")).isZero();
        assertThat(counted("sluice.client.timeouts")).isZero();
    }

    @Test
    void shouldHoldUpNeitherRepliesNorDeadlines_whenCallersAreSlow() throws InterruptedException {
        // Given
        CountDownLatch slow = new CountDownLatch(1);
        for (int number = 1; number <= 2; number++) {
            pending.open(number, LATER_MILLIS).thenRun(() -> awaitQuietly(slow));
            pending.replied(number, REPLY);
        }

        // When
        pending.open(3, 1);

        // Then
        Awaitility.await().until(() -> counted("sluice.client.timeouts") == 1);
        assertThat(gauge("sluice.client.pending")).isZero();
        slow.countDown();
    }

    @Test
    void shouldBeHeld_whenTheCallerWaitsForItsTurn() {
        // Given
        Reply verdict = throttled(LATER_MILLIS);
        CompletableFuture<Arrival> waiting = pending.openUntilTurn(1, LATER_MILLIS);
        CompletableFuture<Arrival> told = pending.open(2, LATER_MILLIS);

        // When
        pending.replied(1, verdict);
        pending.replied(2, verdict);

        // Then
        assertThat(join(told).reply()).isEqualTo(verdict);
        assertThat(waiting).isNotDone();
        assertThat(gauge("sluice.client.held")).isEqualTo(1);
        assertThat(gauge("sluice.client.pending")).isEqualTo(1);
        assertThat(roundTrips()).isEqualTo(2);
    }

    @Test
    void shouldEndAtItsTurn_whenTheCallerWaits() {
        // Given
        Reply verdict = throttled(300);
        CompletableFuture<Arrival> waiting = pending.openUntilTurn(1, LATER_MILLIS);
        long startNanos = System.nanoTime();

        // When
        pending.replied(1, verdict);

        // Then
        assertThat(join(waiting).reply()).isEqualTo(verdict);
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(300_000_000L);
        assertThat(gauge("sluice.client.held")).isZero();
        assertThat(counted("sluice.client.timeouts")).isZero();
    }

    @Test
    void shouldEndAtOnce_whenItsTurnIsNow() {
        // Given
        CompletableFuture<Arrival> waiting = pending.openUntilTurn(1, LATER_MILLIS);

        // When
        pending.replied(1, throttled(0));

        // Then
        assertThat(join(waiting).reply()).isEqualTo(throttled(0));
    }

    @Test
    void shouldEndAtTheDeadline_whenTheTurnIsLater() {
        // Given
        CompletableFuture<Arrival> waiting = pending.openUntilTurn(1, 1_500);

        // When
        pending.replied(1, throttled(LATER_MILLIS));
        pending.replied(1, throttled(LATER_MILLIS));

        // Then
        assertThat(join(waiting)).isEqualTo(new Arrival(null, "no turn within 1500 ms"));
        assertThat(gauge("sluice.client.held")).isZero();
        assertThat(counted("sluice.client.replies.late")).isEqualTo(1);
        Awaitility.await().until(() -> counted("sluice.client.timeouts") == 1);
    }

    @Test
    void shouldCountAgainstTheBound_whenHeld() {
        // Given
        for (int number = 0; number < ENTRIES_MAX; number++) {
            pending.openUntilTurn(number, LATER_MILLIS);
            pending.replied(number, throttled(LATER_MILLIS));
        }

        // Then
        assertThat(pending.open(ENTRIES_MAX, LATER_MILLIS)).isDone();
    }

    private static Reply throttled(long delayMillis) {
        Judged judged =
                new Judged(Answer.ALLOW, "throttled", "", 5, 7, "free", null, 0L, delayMillis, false, List.of());
        return Verdict.judged("c", "0-1", null, judged);
    }

    private static Arrival join(CompletableFuture<Arrival> arrival) {
        return arrival.orTimeout(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double counted(String counter) {
        return registry.get(counter).counter().count();
    }

    private double gauge(String gauge) {
        return registry.get(gauge).gauge().value();
    }

    private long roundTrips() {
        return registry.get("sluice.client.round.trip").timer().count();
    }
}
