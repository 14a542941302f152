package io.sluice.replay.past;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogOpening;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.past.DecisionQueue.Outcome;
import io.sluice.replay.run.RunBounds;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.request.DecisionId;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DecisionQueueTest {
    private static final long SEED = 31;
    private static final int WITHIN_SECONDS = 60;
    private static final DecisionQueue.Bounds BOUNDS = new DecisionQueue.Bounds(1, 60_000);

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private ListLog log;

    @BeforeEach
    void serve() throws Exception {
        log = TrafficLog.of(SEED, 400);
        new Runs(directory).serve(log);
    }

    private DecisionQueue queue(LogOpening opening, long offsetsMax) {
        return new DecisionQueue(
                opening, new RunBounds(1, 32 << 20, 64, directory).ofOffsets(offsetsMax), BOUNDS, registry);
    }

    private static Outcome answer(CompletableFuture<Outcome> answer) throws Exception {
        return answer.get(WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    /** A denial late in a partition, as it was recorded. */
    private Decision denied() throws Exception {
        Decision found = null;
        for (LoggedRecord record : log.decisions.get(1)) {
            if (DecisionCodec.read(record.value()) instanceof Decision decision
                    && !decision.details().allowed()
                    && !decision.details().replayed()) {
                found = decision;
            }
        }
        assertThat(found).as("seed %s", SEED).isNotNull();
        return found;
    }

    @Test
    void shouldTellWhatWasDecided_whenTheLogHasIt() throws Exception {
        // Given
        Decision denied = denied();

        // When
        Outcome outcome;
        try (DecisionQueue queue = queue(() -> log, Long.MAX_VALUE)) {
            outcome = answer(queue.explain(DecisionId.parse("", denied.decisionId())));
        }

        // Then
        assertThat(outcome).isInstanceOf(Outcome.Answered.class);
        PastDecision.Explained explained = ((Outcome.Answered) outcome).explained();
        Explanation explanation = (Explanation) ReplyCodec.decode(explained.reply());
        assertThat(explanation.details().reason()).isEqualTo(denied.details().reason());
        assertThat(explanation.limits()).hasSize(2);
        assertThat(explained.state()).isEqualTo("exact: the log begins with its first record");
        assertThat(registry.get("sluice.replay.explanations")
                        .tag("outcome", "answered")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldReadNoFurtherThanItsBound_andSaySo_whenTheLogIsLong() throws Exception {
        // Given
        log.publish(log.requests.get(1).get(0).timestampMillis() - 60_000, 1, TrafficLog.limits(6));
        DecisionId id = DecisionId.parse("", denied().decisionId());
        assertThat(id.offset()).isGreaterThan(20);

        // When
        Outcome outcome;
        try (DecisionQueue queue = queue(() -> log, 20)) {
            outcome = answer(queue.explain(id));
        }

        // Then
        assertThat(((Outcome.Answered) outcome).explained().state())
                .startsWith("cold: what came before was left out; buckets begin full")
                .endsWith("; 19 records were run before it; under revision 1 at first");
    }

    @Test
    void shouldNameWhatIsWrong_whenThereIsNothingToExplainOrToRead() throws Exception {
        // Given
        LogOpening broken = () -> {
            throw new LogException("kafka-1:9092 does not answer");
        };

        // When, Then
        try (DecisionQueue queue = queue(() -> log, Long.MAX_VALUE);
                DecisionQueue other = queue(broken, Long.MAX_VALUE)) {
            assertThat(answer(queue.explain(new DecisionId(7, 1))))
                    .isEqualTo(new Outcome.Unknown("decision 7-1: partition 7 (expected: 0..2, as the log has)"));
            assertThat(((Outcome.Unknown) answer(queue.explain(new DecisionId(0, 1_000_000)))).detail())
                    .contains("no record at this offset");
            assertThat(((Outcome.Unknown) answer(queue.explain(new DecisionId(0, 0)))).detail())
                    .contains("is about a ControlRecord (expected: an admission");
            assertThat(answer(other.explain(new DecisionId(0, 1))))
                    .isEqualTo(new Outcome.Failed("the log cannot be run: kafka-1:9092 does not answer"));
        }
    }

    @Test
    void shouldTurnTheNextAway_whenItsPlacesAreTaken() throws Exception {
        // Given: one is at work, and one waits
        CountDownLatch isAtWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LogOpening slow = () -> {
            isAtWork.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new LogException("interrupted", e);
            }
            return log;
        };
        DecisionId id = DecisionId.parse("", denied().decisionId());
        try (DecisionQueue queue = queue(slow, Long.MAX_VALUE)) {
            CompletableFuture<Outcome> atWork = queue.explain(id);
            isAtWork.await();
            CompletableFuture<Outcome> waiting = queue.explain(id);

            // When
            Outcome third = answer(queue.explain(id));

            // Then
            assertThat(third).isEqualTo(new Outcome.Busy("1 questions wait already"));
            assertThat(registry.get("sluice.replay.explanations.waiting")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            goOn.countDown();
            assertThat(answer(atWork)).isInstanceOf(Outcome.Answered.class);
            assertThat(answer(waiting)).isInstanceOf(Outcome.Answered.class);
        }
    }

    @Test
    void shouldAnswerEverybody_whenItIsClosed() throws Exception {
        // Given
        CountDownLatch isAtWork = new CountDownLatch(1);
        LogOpening stuck = () -> {
            isAtWork.countDown();
            try {
                new CountDownLatch(1).await();
                return log;
            } catch (InterruptedException e) {
                throw new LogException("interrupted", e);
            }
        };
        DecisionQueue queue = queue(stuck, Long.MAX_VALUE);
        CompletableFuture<Outcome> atWork = queue.explain(new DecisionId(0, 1));
        isAtWork.await();
        CompletableFuture<Outcome> waiting = queue.explain(new DecisionId(0, 1));

        // When
        queue.close();

        // Then
        assertThat(answer(atWork)).isInstanceOf(Outcome.Failed.class);
        assertThat(answer(waiting)).isEqualTo(new Outcome.Busy("the server is stopping"));
        assertThat(answer(queue.explain(new DecisionId(0, 1)))).isEqualTo(new Outcome.Busy("the server is stopping"));
    }

    @Test
    void shouldFailTheAnswer_andGoOn_whenItEndsWithAnError() throws Exception {
        // Given
        AtomicBoolean isShort = new AtomicBoolean(true);
        LogOpening failing = () -> {
            if (isShort.getAndSet(false)) {
                throw new OutOfMemoryError("test");
            }
            return log;
        };
        DecisionId id = DecisionId.parse("", denied().decisionId());
        try (DecisionQueue queue = queue(failing, Long.MAX_VALUE)) {
            // When, Then
            assertThatThrownBy(() -> answer(queue.explain(id))).hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(answer(queue.explain(id))).isInstanceOf(Outcome.Answered.class);
        }
    }
}
