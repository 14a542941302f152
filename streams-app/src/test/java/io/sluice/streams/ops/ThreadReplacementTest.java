package io.sluice.streams.ops;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ThreadReplacementTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final ThreadReplacement replacement = new ThreadReplacement(2, nowNanos::get);
    private final RuntimeException failure = new IllegalStateException("the disk is gone");

    @Test
    void shouldGiveUp_whenThreadsDieMoreOftenThanAllowed() {
        // Given
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);

        // When
        var third = replacement.handle(failure);

        // Then
        assertThat(third).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void shouldReplaceAgain_whenAnHourHasPassed() {
        // Given
        replacement.handle(failure);
        nowNanos.addAndGet(Duration.ofMinutes(30).toNanos());
        replacement.handle(failure);

        // When the first is more than an hour old, the second is not
        nowNanos.addAndGet(Duration.ofMinutes(31).toNanos());

        // Then
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void shouldNeverGiveUp_whenThreadsDieOfAnOutage() {
        // Given: nobody waits for a pause of an app that closes
        replacement.close();
        RuntimeException outage = new StreamsException(new TimeoutException("Timeout expired after 5000ms"));

        // When
        for (int i = 0; i < 100; i++) {
            assertThat(replacement.handle(outage)).isEqualTo(REPLACE_THREAD);
        }

        // Then: others still have all replacements
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(REPLACE_THREAD);
        assertThat(replacement.handle(failure)).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void shouldLogEachFailureOnceAMinute_whenThreadsDieOfAnOutage() {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger(ThreadReplacement.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        replacement.close();
        RuntimeException slow = new StreamsException(new TimeoutException("Timeout expired after 5000ms"));
        RuntimeException slower = new StreamsException(new TimeoutException("Timeout expired after 5001ms"));
        RuntimeException other = new StreamsException(new TimeoutException("no room in the buffer"));

        // When
        for (RuntimeException death : List.of(slow, slower, other, slow)) {
            replacement.handle(death);
        }
        nowNanos.addAndGet(Duration.ofMinutes(1).toNanos());
        replacement.handle(other);
        logger.detachAppender(log);

        // Then
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .extracting(event -> event.getFormattedMessage().replaceAll(".*until it can ", ""))
                .containsExactly(
                        "(1 times): TimeoutException: Timeout expired after 5000ms",
                        "(1 times): TimeoutException: no room in the buffer",
                        "(1 times): TimeoutException: no room in the buffer");
    }

    @Test
    void shouldEndThePause_whenTheAppCloses() throws Exception {
        // Given
        RuntimeException outage = new StreamsException(new TimeoutException("Timeout expired after 5000ms"));
        CompletableFuture<Integer> threads = new CompletableFuture<>();
        Thread dying = new Thread(() -> {
            int replaced = 0;
            while (replaced < 20 && replacement.handle(outage) == REPLACE_THREAD) {
                replaced++;
            }
            threads.complete(replaced);
        });
        dying.start();

        // When: twenty pauses of up to five seconds are ahead
        replacement.close();

        // Then
        assertThat(threads.get(10, TimeUnit.SECONDS)).isEqualTo(20);
    }
}
