package io.sluice.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** Failures of a whole minute are one line. */
final class FailureLogTest {
    @Test
    void shouldSayItOnceAMinute_whenCallsFail() {
        // Given
        List<String> lines = new ArrayList<>();
        Logger logger = Logger.getLogger("io.sluice.middleware");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                String text = new SimpleFormatter().formatMessage(line);
                if (text.contains("http://here")) {
                    lines.add(text);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        FailureLog log = new FailureLog(nanos::get);

        // When
        try {
            for (int i = 0; i < 100; i++) {
                log.failed(URI.create("http://here"), "failure " + i);
            }
            nanos.addAndGet(60_000_000_000L);
            log.failed(URI.create("http://here"), "failure 100");
        } finally {
            logger.removeHandler(handler);
        }

        // Then
        assertThat(lines)
                .containsExactly(
                        "1 calls of Sluice without an answer, last http://here: failure 0",
                        "100 calls of Sluice without an answer, last http://here: failure 100");
    }
}
