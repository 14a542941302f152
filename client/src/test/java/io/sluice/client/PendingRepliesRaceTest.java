package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Replies, deadlines and close against each other: however they fall, each request ends once. */
final class PendingRepliesRaceTest {
    private static final long LATER_MILLIS = 60_000;
    private static final long SEED = 20_261_121L;
    private static final ExpectedReply PONG = new ExpectedReply(ExpectedReply.Kind.PONG, "0");
    private static final Reply REPLY = new Pong("any", 0, 1);

    @Test
    void shouldEndEachOnce_whenRepliesRaceDeadlines() throws InterruptedException {
        // Given
        int threads = 4;
        int perThread = 5_000;
        SimpleMeterRegistry own = new SimpleMeterRegistry();
        AtomicLong sent = new AtomicLong();
        AtomicLong completions = new AtomicLong();
        List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
        try (PendingReplies raced = new PendingReplies(threads * perThread, own)) {
            Caller[] callers = new Caller[threads];
            for (int i = 0; i < threads; i++) {
                callers[i] = new Caller(raced, (long) i * perThread, perThread, new SplittableRandom(SEED + i), sent);
                callers[i].start();
            }

            // When
            for (Caller caller : callers) {
                caller.join();
                arrivals.addAll(caller.arrivals);
            }
            arrivals.forEach(arrival -> arrival.thenRun(completions::incrementAndGet));
            long replied = arrivals.stream()
                    .filter(arrival -> join(arrival).reply() != null)
                    .count();

            // Then
            String seed = "seed " + SEED;
            assertThat(arrivals).as(seed).hasSize(threads * perThread);
            assertThat(replied).as(seed).isBetween(1L, (long) threads * perThread - 1);
            Awaitility.await(seed).until(() -> completions.get() == arrivals.size());
            Awaitility.await(seed)
                    .until(() -> own.counter("sluice.client.timeouts").count() == arrivals.size() - replied);
            assertThat((long) own.counter("sluice.client.replies.late").count())
                    .as(seed)
                    .isEqualTo(sent.get() - replied);
            assertThat(own.timer("sluice.client.round.trip").count()).as(seed).isEqualTo(replied);
            assertThat(own.get("sluice.client.pending").gauge().value())
                    .as(seed)
                    .isZero();
        }
    }

    @Test
    void shouldEndEveryEntry_whenDeadlinesPassWhileTheyAreOpened() {
        // Given
        int count = 20_000;
        SimpleMeterRegistry own = new SimpleMeterRegistry();
        try (PendingReplies roomy = new PendingReplies(count, own)) {
            // When
            List<CompletableFuture<Arrival>> arrivals = IntStream.range(0, count)
                    .mapToObj(number -> roomy.open(id(number), PONG, 0))
                    .toList();

            // Then
            arrivals.forEach(arrival -> assertThat(join(arrival).reply()).isNull());
            Awaitility.await().until(() -> own.counter("sluice.client.timeouts").count() == count);
        }
    }

    @Test
    void shouldEndEveryEntry_whenClosedWhileTheyAreOpened() throws InterruptedException {
        // Given
        for (int round = 0; round < 100; round++) {
            PendingReplies closed = new PendingReplies(100_000, new SimpleMeterRegistry());
            List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
            CountDownLatch half = new CountDownLatch(1);
            Thread opener = new Thread(() -> {
                for (int number = 0; number < 400; number++) {
                    arrivals.add(closed.open(id(number), PONG, LATER_MILLIS));
                    closed.replied(id(number / 2), REPLY, "0");
                    if (number == 100) {
                        half.countDown();
                    }
                }
            });
            opener.start();

            // When
            half.await();
            closed.close();
            opener.join();

            // Then
            assertThat(arrivals).hasSize(400);
            arrivals.forEach(PendingRepliesRaceTest::join);
        }
    }

    /** A thread that asks with deadlines of a few milliseconds, and sends each reply some requests later. */
    private static final class Caller extends Thread {
        private final PendingReplies pending;
        private final long firstNumber;
        private final int count;
        private final SplittableRandom random;
        private final AtomicLong sent;
        private final List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();

        Caller(PendingReplies pending, long firstNumber, int count, SplittableRandom random, AtomicLong sent) {
            this.pending = pending;
            this.firstNumber = firstNumber;
            this.count = count;
            this.random = random;
            this.sent = sent;
        }

        @Override
        public void run() {
            Deque<Long> unanswered = new ArrayDeque<>();
            for (long number = firstNumber; number < firstNumber + count; number++) {
                arrivals.add(pending.open(id(number), PONG, 1 + random.nextInt(5)));
                unanswered.add(number);
                // Now and then all at once, so that some replies are early, some late, and some just in time.
                while (unanswered.size() > 500 || (!unanswered.isEmpty() && random.nextInt(3) == 0)) {
                    reply(random.nextBoolean() ? unanswered.removeFirst() : unanswered.removeLast());
                }
            }
            unanswered.forEach(this::reply);
        }

        private void reply(long number) {
            sent.incrementAndGet();
            pending.replied(id(number), REPLY, "0");
        }
    }

    private static CorrelationId id(long number) {
        return new CorrelationId(number, ~number, number);
    }

    private static Arrival join(CompletableFuture<Arrival> arrival) {
        return arrival.orTimeout(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
