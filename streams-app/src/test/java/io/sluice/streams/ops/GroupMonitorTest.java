package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Looks that fail in ways that nobody foresaw: an executor would end the looks with the first exception. */
final class GroupMonitorTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(GroupMonitor.class);

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final GroupMonitor monitor =
            new GroupMonitor(new GroupMonitor.Group("sluice", "requests", 3), Map::of, failing(), System::nanoTime);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private Admin failing() {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw failure.get();
                });
    }

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.INFO);
        log.start();
        LOGGER.addAppender(log);
    }

    @AfterEach
    void close() {
        LOGGER.detachAppender(log);
        monitor.close();
    }

    @Test
    void shouldGoOn_andLogOnceWhatFailed_whenALookEndsWithADefect() {
        // When
        failure.set(new NullPointerException("a member without an assignment"));
        monitor.look();
        failure.set(new OutOfMemoryError("test"));
        monitor.look();

        // Then
        assertThat(monitor.lately()).isNull();
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("looking at group sluice failed; trying again every 2000 ms");
    }

    @Test
    void shouldLogNothing_whenTheAppIsNotUpYet() {
        // When
        failure.set(new IllegalStateException("it is not running"));
        monitor.look();

        // Then
        assertThat(log.list).isEmpty();
    }
}
