package io.sluice.replay.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogOpening;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.Comparison;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RulesTrialsTest {
    private static final long SEED = 37;
    private static final long KEPT_MILLIS = 60_000;
    private static final String CANDIDATE = TrafficLog.limits(2);

    @TempDir
    Path directory;

    private final AtomicLong nowMillis = new AtomicLong();
    private ListLog log;
    private long beginMillis;
    private long endMillis;

    @BeforeEach
    void write() throws Exception {
        log = TrafficLog.of(SEED, 600);
        beginMillis = log.requests.get(0).get(0).timestampMillis();
        endMillis = log.requests.stream()
                .flatMap(List::stream)
                .mapToLong(LoggedRecord::timestampMillis)
                .max()
                .orElseThrow();
        nowMillis.set(endMillis + 1_000);
    }

    private RulesTrials trials(LogOpening opening, long offsetsMax) {
        return new RulesTrials(
                opening,
                new RunBounds(1, 32 << 20, 64, directory).ofOffsets(offsetsMax),
                new RulesTrials.Bounds(KEPT_MILLIS, 100, 1_000),
                nowMillis::get,
                new SimpleMeterRegistry());
    }

    private static RulesTrial ended(RulesTrials trials, String id) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> trials.trial(id), trial -> trial != null && trial.state() != RulesTrial.State.RUNNING);
    }

    private static Map<?, ?> tree(RulesTrial trial) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(DocumentTree.ofJson(Objects.requireNonNull(trial.result())));
    }

    @Test
    void shouldTellWhatReplayTells_whenTheWholeLogIsTried() throws Exception {
        // Given
        RulesTrials trials = trials(() -> log, Long.MAX_VALUE);
        Comparison told = new Runs(directory)
                .compare(log, new RunWindow(new LogPoint.AtMillis(beginMillis), null, false), CANDIDATE)
                .comparison();

        // When
        RulesTrial begun = trials.start(new RulesTrial.Order(CANDIDATE, nowMillis.get() - beginMillis, "ed"));
        RulesTrial done = ended(trials, begun.id());

        // Then
        assertThat(done.state()).as(done.failure()).isEqualTo(RulesTrial.State.DONE);
        assertThat(done.progressPerMille()).isEqualTo(1_000);
        Map<?, ?> all = (Map<?, ?>) tree(done).get("all");
        assertThat(((Map<?, ?>) all.get("newlyDenied")).get("requests"))
                .isEqualTo(told.all().newlyDenied().requests());
        assertThat(told.all().newlyDenied().requests()).as("seed %s", SEED).isPositive();
        assertThat(String.valueOf(tree(done).get("notes"))).contains("exact: the log begins with its first record");
        assertThat(trials.newest()).isEqualTo(done);

        // When, Then: it is kept for its time, and no longer
        nowMillis.addAndGet(KEPT_MILLIS);
        assertThat(trials.trial(begun.id())).isNull();
        assertThat(trials.newest()).isNull();
    }

    @Test
    void shouldLeaveOutWhatComesBefore_whenOnlyTheEndIsTried() throws Exception {
        // Given
        long lastMillis = (endMillis - beginMillis) / 4;
        log.publish(beginMillis - 60_000, 1, TrafficLog.limits(6));
        RulesTrials trials = trials(() -> log, Long.MAX_VALUE);

        // When
        RulesTrial begun = trials.start(new RulesTrial.Order(CANDIDATE, lastMillis, "ed"));
        Map<?, ?> told = tree(ended(trials, begun.id()));

        // Then
        assertThat(String.valueOf(told.get("notes")))
                .contains("cold: what came before was left out")
                .contains("rules at the beginning, partitions 0, 1, 2: revision 1")
                .contains("that were run for the state");
    }

    @Test
    void shouldReadNoFurtherThanItsBound_whenTheLogIsLong() throws Exception {
        // Given
        RulesTrials trials = trials(() -> log, 50);

        // When
        RulesTrial begun = trials.start(new RulesTrial.Order(CANDIDATE, nowMillis.get() - beginMillis, "ed"));
        RulesTrial done = ended(trials, begun.id());

        // Then
        assertThat(done.records()).isEqualTo(150);
        assertThat(String.valueOf(tree(done).get("notes"))).contains("150 records from");
    }

    @Test
    void shouldRunOneAtATime_andEndIt_whenAsked() {
        // Given
        CountDownLatch goOn = new CountDownLatch(1);
        RulesTrials trials = trials(() -> held(goOn), Long.MAX_VALUE);
        RulesTrial.Order order = new RulesTrial.Order(CANDIDATE, 1_000, "ed");
        RulesTrial begun = trials.start(order);

        // When, Then
        assertThat(begun.state()).isEqualTo(RulesTrial.State.RUNNING);
        assertThat(trials.start(order)).isNull();
        assertThat(trials.end("another")).isFalse();
        assertThat(trials.end(begun.id())).isTrue();
        goOn.countDown();
        assertThat(ended(trials, begun.id()).state()).isEqualTo(RulesTrial.State.CANCELLED);

        // When, Then: ending it again forgets it
        assertThat(trials.end(begun.id())).isTrue();
        assertThat(trials.newest()).isNull();
    }

    private ListLog held(CountDownLatch goOn) throws LogException {
        try {
            goOn.await();
            return log;
        } catch (InterruptedException e) {
            throw new LogException("interrupted", e);
        }
    }

    @Test
    void shouldNameTheFailure_whenTheLogCannotBeRead() {
        // Given
        RulesTrials trials = trials(
                () -> {
                    throw new LogException("kafka-1:9092 does not answer");
                },
                Long.MAX_VALUE);

        // When
        RulesTrial begun = trials.start(new RulesTrial.Order(CANDIDATE, 1_000, "ed"));

        // Then
        RulesTrial failed = ended(trials, begun.id());
        assertThat(failed.state()).isEqualTo(RulesTrial.State.FAILED);
        assertThat(failed.failure()).isEqualTo("kafka-1:9092 does not answer");
        assertThat(failed.result()).isNull();
    }

    @Test
    void shouldFail_andLetTheNextOneRun_whenItEndsWithAnError() {
        // Given
        AtomicBoolean isShort = new AtomicBoolean(true);
        RulesTrials trials = trials(
                () -> {
                    if (isShort.get()) {
                        throw new OutOfMemoryError("test");
                    }
                    return log;
                },
                Long.MAX_VALUE);
        RulesTrial.Order order = new RulesTrial.Order(CANDIDATE, nowMillis.get() - beginMillis, "ed");

        // When
        RulesTrial begun = trials.start(order);

        // Then
        RulesTrial failed = ended(trials, begun.id());
        assertThat(failed.state()).isEqualTo(RulesTrial.State.FAILED);
        assertThat(failed.failure()).startsWith("an internal error");
        isShort.set(false);
        RulesTrial next = trials.start(order);
        assertThat(next).isNotNull();
        assertThat(ended(trials, next.id()).state()).isEqualTo(RulesTrial.State.DONE);
    }
}
