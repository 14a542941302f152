package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition that answers one request each millisecond, on a clock of the test. */
final class BacklogTest {
    private static final int SHARE_PERCENT = 50;
    private static final long DEADLINE_MILLIS = 1_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Deque<Backlog.QueuedRequest> queue = new ArrayDeque<>();
    private long nowNanos;
    private Backlog backlog;

    @BeforeEach
    void start() {
        backlog = new Backlog(2, SHARE_PERCENT, () -> nowNanos, registry);
    }

    /** Of so many requests, how many are taken within one millisecond, in which one is answered. */
    private int passMilli(int offered) {
        int taken = 0;
        for (int i = 0; i < offered; i++) {
            if (backlog.refusal(0, DEADLINE_MILLIS) == null) {
                queue.add(backlog.enter(0));
                taken++;
            }
        }
        nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
        Backlog.QueuedRequest first = queue.poll();
        if (first != null) {
            first.leave();
        }
        return taken;
    }

    private double shed() {
        return registry.get("sluice.client.shed").counter().count();
    }

    @Test
    void shouldRefuseNothing_whenAllAreAnsweredSoon() {
        // When as many come as are answered
        for (int milli = 0; milli < 10_000; milli++) {
            assertThat(passMilli(1)).isEqualTo(1);
        }

        // Then
        assertThat(shed()).isZero();
    }

    @Test
    void shouldTakeAWholeBurst_whenNoRateIsKnown() {
        // When
        for (int i = 0; i < 5_000; i++) {
            assertThat(backlog.refusal(0, DEADLINE_MILLIS)).isNull();
            queue.add(backlog.enter(0));
        }

        // Then
        assertThat(shed()).isZero();
    }

    @Test
    void shouldTakeWhatIsAnsweredInTime_whenThreeTimesAsManyCome() {
        // When
        int taken = 0;
        int longest = 0;
        for (int milli = 0; milli < 60_000; milli++) {
            taken += passMilli(3);
            longest = Math.max(longest, queue.size());
        }

        // Then the partition never idles, and nobody waits for much more than the share
        assertThat(taken).isBetween(60_000, 60_600);
        assertThat(longest).isBetween(450, 600);
        assertThat(shed()).isGreaterThan(110_000);
        assertThat(registry.get("sluice.client.wait").gauge().value()).isBetween(450.0, 600.0);

        // And a request with more time is taken
        assertThat(backlog.refusal(0, 10 * DEADLINE_MILLIS)).isNull();
        // And other partitions have nothing to do with it
        assertThat(backlog.refusal(1, DEADLINE_MILLIS)).isNull();
        // And the reason says how long the wait would be
        queue.add(backlog.enter(0));
        queue.add(backlog.enter(0));
        assertThat(backlog.refusal(0, DEADLINE_MILLIS))
                .startsWith("overloaded: ")
                .endsWith("(expected: at most 500)");
    }

    @Test
    void shouldTakeEverythingAgain_whenTheOverloadIsOver() {
        // Given
        for (int milli = 0; milli < 10_000; milli++) {
            passMilli(3);
        }

        // When half of what can be answered comes
        int refusedLast = 0;
        for (int milli = 0; milli < 5_000; milli++) {
            double before = shed();
            passMilli(milli % 2);
            refusedLast = shed() > before ? milli : refusedLast;
        }

        // Then
        assertThat(refusedLast).isLessThan(1_000);
    }

    @Test
    void shouldLetFewWaitInVain_whenThePartitionAnswersNoMore() {
        // Given it has answered, with a backlog
        for (int milli = 0; milli < 2_000; milli++) {
            passMilli(3);
        }

        // When every request waits until its deadline
        int taken = 0;
        for (int second = 0; second < 20; second++) {
            Deque<Backlog.QueuedRequest> waiting = new ArrayDeque<>(queue);
            queue.clear();
            nowNanos += TimeUnit.SECONDS.toNanos(1);
            waiting.forEach(Backlog.QueuedRequest::leave);
            taken = 0;
            while (taken < 10_000 && backlog.refusal(0, DEADLINE_MILLIS) == null) {
                queue.add(backlog.enter(0));
                taken++;
            }
        }

        // Then only those are let in that would see it answer again
        assertThat(taken).isEqualTo(Backlog.REQUESTS_MIN);
    }

    @Test
    void shouldForgetTheRate_whenNothingConfirmsIt() {
        // Given a slow partition
        for (int i = 0; i < 100; i++) {
            queue.add(backlog.enter(0));
        }
        nowNanos += TimeUnit.SECONDS.toNanos(1);
        queue.forEach(Backlog.QueuedRequest::leave);
        for (int i = 0; i < 100; i++) {
            queue.add(backlog.enter(0));
        }
        assertThat(backlog.refusal(0, DEADLINE_MILLIS)).isNotNull();

        // When
        nowNanos += Backlog.REMEMBERED_NANOS;

        // Then
        assertThat(backlog.refusal(0, DEADLINE_MILLIS)).isNull();
    }

    @Test
    void shouldMeasureNothing_whenARequestCouldNotBeSent() {
        // Given
        for (int i = 0; i < 100; i++) {
            Backlog.QueuedRequest place = backlog.enter(0);
            place.cancel();
            place.leave();
        }

        // Then
        assertThat(registry.get("sluice.client.wait").gauge().value()).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(backlog.refusal(0, 1)).isNull();
            queue.add(backlog.enter(0));
        }
    }
}
