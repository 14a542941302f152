package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.PendingReplies.Standing;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PendingRepliesTest {
    private static final int ENTRIES_MAX = 3;
    private static final long LATER_MILLIS = 60_000;
    private static final String ABOUT = "0";
    private static final ExpectedReply PONG = new ExpectedReply(ExpectedReply.Kind.PONG, ABOUT);
    private static final ExpectedReply VERDICT = new ExpectedReply(ExpectedReply.Kind.ADMISSION, ABOUT);
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
        IntStream.range(0, ENTRIES_MAX).forEach(number -> pending.open(id(number), PONG, LATER_MILLIS));

        // When
        CompletableFuture<Arrival> oneTooMany = pending.open(id(ENTRIES_MAX), PONG, LATER_MILLIS);

        // Then
        assertThat(oneTooMany).isCompletedWithValue(new Arrival(null, "3 requests are waiting already"));
        assertThat(counted("sluice.client.overflows")).isEqualTo(1);
        assertThat(pending.standing(id(ENTRIES_MAX))).isEqualTo(Standing.LATE);
        assertThat(gauge("sluice.client.pending")).isEqualTo(ENTRIES_MAX);
        assertThat(gauge("sluice.client.pending.max")).isEqualTo(ENTRIES_MAX);
    }

    @Test
    void shouldHaveRoomAgain_whenOneHasItsAnswer() {
        // Given
        List<CompletableFuture<Arrival>> arrivals = IntStream.range(0, ENTRIES_MAX)
                .mapToObj(number -> pending.open(id(number), PONG, LATER_MILLIS))
                .toList();
        pending.replied(id(1), REPLY, ABOUT);
        join(arrivals.get(1));

        // When
        CompletableFuture<Arrival> next = pending.open(id(ENTRIES_MAX), PONG, LATER_MILLIS);

        // Then
        assertThat(next).isNotDone();
        assertThat(counted("sluice.client.overflows")).isZero();
    }

    @Test
    void shouldTellHowLongTheOldestWaits_untilItHasItsReply() {
        // Given
        assertThat(gauge("sluice.client.pending.oldest")).isZero();
        pending.open(id(1), PONG, LATER_MILLIS);
        double before = gauge("sluice.client.pending.oldest");

        // When
        Awaitility.await().until(() -> gauge("sluice.client.pending.oldest") > before + 0.01);
        pending.replied(id(1), REPLY, ABOUT);

        // Then
        assertThat(gauge("sluice.client.pending.oldest")).isZero();
    }

    @Test
    void shouldEndWithoutAReply_whenTheDeadlinePasses() {
        // Given
        CompletableFuture<Arrival> arrival = pending.open(id(1), PONG, 20);

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
        CompletableFuture<Arrival> arrival = pending.open(id(1), PONG, LATER_MILLIS);

        // When
        pending.replied(id(1), REPLY, ABOUT);

        // Then
        assertThat(join(arrival)).isEqualTo(new Arrival(REPLY, null));
        assertThat(pending.standing(id(1))).isEqualTo(Standing.LATE);
        assertThat(roundTrips()).isEqualTo(1);
        assertThat(counted("sluice.client.replies.late")).isZero();
    }

    @Test
    void shouldCountIt_whenAReplyComesTwiceOrTooLate() {
        // Given
        CompletableFuture<Arrival> answered = pending.open(id(1), PONG, LATER_MILLIS);
        CompletableFuture<Arrival> expired = pending.open(id(2), PONG, 1);
        join(expired);

        // When
        pending.replied(id(1), REPLY, ABOUT);
        pending.replied(id(1), new Pong("any", 0, 2), ABOUT);
        pending.replied(id(2), REPLY, ABOUT);
        pending.repliedLate();

        // Then
        assertThat(join(answered).reply()).isEqualTo(REPLY);
        assertThat(join(expired).reply()).isNull();
        assertThat(counted("sluice.client.replies.late")).isEqualTo(3);
        assertThat(roundTrips()).isEqualTo(1);
    }

    @Test
    void shouldSayWhy_whenTheRequestCouldNotBeSent() {
        // Given
        CompletableFuture<Arrival> arrival = pending.open(id(1), PONG, LATER_MILLIS);

        // When
        pending.failed(id(1), "the broker is gone");
        pending.failed(id(1), "it is still gone");

        // Then
        assertThat(join(arrival)).isEqualTo(new Arrival(null, "the broker is gone"));
        assertThat(counted("sluice.client.timeouts")).isZero();
        assertThat(counted("sluice.client.replies.late")).isZero();
    }

    @Test
    void shouldAnswerAtOnce_whenARequestComesAfterTheLastCall() {
        // Given: a caller whose answer others of its key wait for, and one of them that asks for itself then
        CompletableFuture<Arrival> asker = pending.open(id(1), PONG, LATER_MILLIS);
        CompletableFuture<Arrival> waiter = asker.thenCompose(arrival -> pending.open(id(2), PONG, LATER_MILLIS));

        // When
        pending.stopWaiting();

        // Then: no request is sent for a future that is complete
        Arrival closing = new Arrival(null, "the client is closing");
        assertThat(join(asker)).isEqualTo(closing);
        assertThat(join(waiter)).isEqualTo(closing);
        assertThat(pending.open(id(3), PONG, LATER_MILLIS)).isCompletedWithValue(closing);
        assertThat(gauge("sluice.client.pending")).isZero();
        assertThat(counted("sluice.client.overflows")).isZero();
    }

    @Test
    void shouldStillTakeTheLease_whenItComesAfterTheLastCall() throws Exception {
        // Given
        CompletableFuture<Reply> taken = new CompletableFuture<>();
        LeaseService.Late<Reply> late = new LeaseService.Late<>(LATER_MILLIS, taken::complete);
        CompletableFuture<Arrival> caller = pending.open(id(1), PONG, LATER_MILLIS, /* queued= */ null, late);
        CompletableFuture<Arrival> other = pending.open(id(2), PONG, 1, /* queued= */ null, late);
        join(other);

        // When
        pending.stopWaiting();
        CompletableFuture<Void> overdue = pending.overdue();
        boolean isAwaited = !overdue.isDone();
        pending.replied(id(1), REPLY, ABOUT);

        // Then
        assertThat(join(caller)).isEqualTo(new Arrival(null, "the client is closing"));
        assertThat(isAwaited).isTrue();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(REPLY);
        assertThat(overdue).isNotDone();
        pending.close();
        assertThat(overdue).succeedsWithin(Duration.ofSeconds(10));
        assertThat(gauge("sluice.client.overdue")).isZero();
    }

    @Test
    void shouldEndEverything_whenClosed() {
        // Given
        List<CompletableFuture<Arrival>> arrivals =
                List.of(pending.open(id(1), PONG, LATER_MILLIS), pending.open(id(2), PONG, LATER_MILLIS));

        // When
        pending.close();

        // Then
        Arrival closing = new Arrival(null, "the client is closing");
        assertThat(arrivals).allSatisfy(arrival -> assertThat(arrival).isCompletedWithValue(closing));
        assertThat(pending.open(id(3), PONG, LATER_MILLIS)).isCompletedWithValue(closing);
        assertThat(gauge("sluice.client.pending")).isZero();
        assertThat(counted("sluice.client.timeouts")).isZero();
    }

    @Test
    void shouldHoldUpNeitherRepliesNorDeadlines_whenCallersAreSlow() throws InterruptedException {
        // Given
        CountDownLatch slow = new CountDownLatch(1);
        for (int number = 1; number <= 2; number++) {
            pending.open(id(number), PONG, LATER_MILLIS).thenRun(() -> awaitQuietly(slow));
            pending.replied(id(number), REPLY, ABOUT);
        }

        // When
        pending.open(id(3), PONG, 1);

        // Then
        Awaitility.await().until(() -> counted("sluice.client.timeouts") == 1);
        // An answer that has no thread yet keeps its place, so that there is no queue without a bound.
        assertThat(gauge("sluice.client.pending")).isEqualTo(1);
        slow.countDown();
        Awaitility.await().until(() -> gauge("sluice.client.pending") == 0);
    }

    @Test
    void shouldTakeTheReply_whenItComesAfterTheDeadlineAndBringsALease() throws Exception {
        // Given
        CompletableFuture<Reply> late = new CompletableFuture<>();
        CompletableFuture<Arrival> caller =
                pending.open(id(1), PONG, 1, /* queued= */ null, new LeaseService.Late<>(LATER_MILLIS, late::complete));

        // When
        Arrival told = join(caller);
        double waits = gauge("sluice.client.overdue");
        boolean first = pending.standing(id(1)) == PendingReplies.Standing.WAITING;
        pending.replied(id(1), REPLY, "another subject");
        pending.replied(id(1), REPLY, ABOUT);
        pending.replied(id(1), REPLY, ABOUT);

        // Then the caller was not kept waiting, and takes no place
        assertThat(told.reply()).isNull();
        assertThat(waits).isEqualTo(1);
        assertThat(first).isTrue();
        assertThat(late.get(10, TimeUnit.SECONDS)).isEqualTo(REPLY);
        assertThat(gauge("sluice.client.pending")).isZero();
        assertThat(gauge("sluice.client.overdue")).isZero();
        assertThat(counted("sluice.client.timeouts")).isEqualTo(1);
        assertThat(counted("sluice.client.replies.late")).isEqualTo(2);
    }

    @Test
    void shouldCountIt_whenTooManyAreOverdue() {
        // Given
        LeaseService.Late<Reply> late = new LeaseService.Late<>(LATER_MILLIS, reply -> {});
        for (int number = 0; number < ENTRIES_MAX; number++) {
            join(pending.open(id(number), PONG, 1, /* queued= */ null, late));
        }
        Awaitility.await().until(() -> gauge("sluice.client.overdue") == ENTRIES_MAX);

        // When
        join(pending.open(id(ENTRIES_MAX), PONG, 1, /* queued= */ null, late));

        // Then
        assertThat(pending.standing(id(ENTRIES_MAX))).isEqualTo(Standing.LATE);
        assertThat(gauge("sluice.client.overdue")).isEqualTo(ENTRIES_MAX);
        assertThat(counted("sluice.client.overdue.overflows")).isEqualTo(1);
    }

    @Test
    void shouldForgetIt_whenNoLateReplyComes() {
        // Given
        CompletableFuture<Arrival> caller =
                pending.open(id(1), PONG, 1, /* queued= */ null, new LeaseService.Late<>(50, reply -> {}));

        // When
        join(caller);

        // Then
        Awaitility.await().until(() -> gauge("sluice.client.overdue") == 0);
        assertThat(pending.standing(id(1))).isEqualTo(PendingReplies.Standing.LATE);
        assertThat(counted("sluice.client.timeouts")).isEqualTo(1);
    }

    @Test
    void shouldBeHeld_whenTheCallerWaitsForItsScheduledTime() {
        // Given
        Reply verdict = throttled(LATER_MILLIS);
        CompletableFuture<Arrival> waiting = pending.openUntilScheduled(id(1), VERDICT, LATER_MILLIS);
        CompletableFuture<Arrival> told = pending.open(id(2), VERDICT, LATER_MILLIS);

        // When
        pending.replied(id(1), verdict, ABOUT);
        pending.replied(id(2), verdict, ABOUT);

        // Then
        assertThat(join(told).reply()).isEqualTo(verdict);
        assertThat(waiting).isNotDone();
        assertThat(gauge("sluice.client.held")).isEqualTo(1);
        assertThat(gauge("sluice.client.pending")).isEqualTo(1);
        assertThat(roundTrips()).isEqualTo(2);
    }

    @Test
    void shouldEndAtItsScheduledTime_whenTheCallerWaits() {
        // Given
        Reply verdict = throttled(300);
        CompletableFuture<Arrival> waiting = pending.openUntilScheduled(id(1), VERDICT, LATER_MILLIS);
        long startNanos = System.nanoTime();

        // When
        pending.replied(id(1), verdict, ABOUT);

        // Then
        assertThat(join(waiting).reply()).isEqualTo(verdict);
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(300_000_000L);
        assertThat(gauge("sluice.client.held")).isZero();
        assertThat(counted("sluice.client.timeouts")).isZero();
    }

    @Test
    void shouldEndAtOnce_whenItsScheduledTimeIsNow() {
        // Given
        CompletableFuture<Arrival> waiting = pending.openUntilScheduled(id(1), VERDICT, LATER_MILLIS);

        // When
        pending.replied(id(1), throttled(0), ABOUT);

        // Then
        assertThat(join(waiting).reply()).isEqualTo(throttled(0));
    }

    @Test
    void shouldEndAtTheDeadline_whenTheScheduledTimeIsLater() {
        // Given
        CompletableFuture<Arrival> waiting = pending.openUntilScheduled(id(1), VERDICT, 1_500);

        // When
        pending.replied(id(1), throttled(LATER_MILLIS), ABOUT);
        pending.replied(id(1), throttled(LATER_MILLIS), ABOUT);

        // Then
        assertThat(join(waiting)).isEqualTo(new Arrival(null, "no scheduled time within 1500 ms"));
        assertThat(gauge("sluice.client.held")).isZero();
        assertThat(counted("sluice.client.replies.late")).isEqualTo(1);
        Awaitility.await().until(() -> counted("sluice.client.timeouts") == 1);
    }

    @Test
    void shouldCountAgainstTheBound_whenHeld() {
        // Given
        for (int number = 0; number < ENTRIES_MAX; number++) {
            pending.openUntilScheduled(id(number), VERDICT, LATER_MILLIS);
            pending.replied(id(number), throttled(LATER_MILLIS), ABOUT);
        }

        // Then
        assertThat(pending.open(id(ENTRIES_MAX), PONG, LATER_MILLIS)).isDone();
    }

    @Test
    void shouldGoOnWaiting_whenTheRandomBitsDiffer() {
        // Given
        CompletableFuture<Arrival> waiting = pending.open(id(1), PONG, LATER_MILLIS);
        CorrelationId right = id(1);
        List<CorrelationId> guesses = IntStream.range(0, 64)
                .mapToObj(bit -> 1L << bit)
                .flatMap(flip -> Stream.of(
                        new CorrelationId(1, right.secretHigh() ^ flip, right.secretLow()),
                        new CorrelationId(1, right.secretHigh(), right.secretLow() ^ flip)))
                .toList();

        // When
        guesses.forEach(guess -> pending.replied(guess, REPLY, ABOUT));

        // Then
        assertThat(guesses)
                .hasSize(128)
                .allSatisfy(guess -> assertThat(pending.standing(guess)).isEqualTo(Standing.FORGED));
        assertThat(foreign("correlation-id")).isEqualTo(128);
        assertThat(waiting).isNotDone();
        pending.replied(right, REPLY, ABOUT);
        assertThat(join(waiting).reply()).isEqualTo(REPLY);
    }

    @ParameterizedTest
    @EnumSource(ExpectedReply.Kind.class)
    void shouldGoOnWaiting_whenTheReplyIsOfAnotherKindOrAboutAnother(ExpectedReply.Kind kind) {
        // Given
        Map<ExpectedReply.Kind, Reply> replies = Replies.ofEveryKind();
        CompletableFuture<Arrival> waiting = pending.open(id(1), new ExpectedReply(kind, "acme/alice"), LATER_MILLIS);

        // When
        replies.forEach((other, reply) -> {
            if (other != kind) {
                pending.replied(id(1), reply, "acme/alice");
            }
        });
        pending.replied(id(1), replies.get(kind), "acme/bob");
        pending.replied(id(1), replies.get(kind), "");

        // Then
        assertThat(waiting).isNotDone();
        assertThat(foreign("kind")).isEqualTo(replies.size() - 1.0);
        assertThat(foreign("subject")).isEqualTo(2);
        assertThat(counted("sluice.client.replies.late")).isZero();
        pending.replied(id(1), replies.get(kind), "acme/alice");
        assertThat(join(waiting).reply()).isEqualTo(replies.get(kind));
    }

    @ParameterizedTest
    @EnumSource(ExpectedReply.Kind.class)
    void shouldBelieveARefusalAboutTheSameClientOnly_whenTheRequestBreaksTheContract(ExpectedReply.Kind kind) {
        // Given
        Verdict refusal = Verdict.error("c", "0-1", new WireError(WireError.INVALID_REQUEST, "cost", "-1"));
        CompletableFuture<Arrival> waiting = pending.open(id(1), new ExpectedReply(kind, "acme/alice"), LATER_MILLIS);

        // When
        pending.replied(id(1), refusal, "acme/bob");
        boolean believedAboutAnother = pending.standing(id(1)) == Standing.LATE;
        pending.replied(id(1), refusal, "acme/alice");

        // Then: pings, commands of rules and questions about usage are never answered so
        boolean refusable = !EnumSet.of(
                        ExpectedReply.Kind.PONG,
                        ExpectedReply.Kind.RULES,
                        ExpectedReply.Kind.USAGE,
                        ExpectedReply.Kind.TOP,
                        ExpectedReply.Kind.ACCOUNTS)
                .contains(kind);
        assertThat(believedAboutAnother).isFalse();
        assertThat(pending.standing(id(1))).isEqualTo(refusable ? Standing.LATE : Standing.WAITING);
        assertThat(foreign("subject") + foreign("kind")).isEqualTo(refusable ? 1 : 2);
        pending.failed(id(1), "enough");
        assertThat(join(waiting).failure() == null).isEqualTo(refusable);
    }

    private static CorrelationId id(long number) {
        return new CorrelationId(number, 0x0123_4567_89ab_cdefL, ~number);
    }

    private double foreign(String cause) {
        return registry.get("sluice.client.replies.foreign")
                .tag("cause", cause)
                .counter()
                .count();
    }

    private static Reply throttled(long delayMillis) {
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("throttled")
                .decidedAtMillis(5)
                .rulesetRevision(7)
                .tier("free")
                .retryAfterMillis(0L)
                .delayMillis(delayMillis)
                .build();
        return Verdict.details("c", "0-1", null, details);
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
