package io.sluice.api.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.Admissions;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Steps whose timer must not stop, whatever becomes of one of them. */
final class TrafficSamplesTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(TrafficSamples.class);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TrafficSamples samples = new TrafficSamples(
            new CountedAdmissions(nobodyAsked(), registry), new AnswerTimes(registry), System::currentTimeMillis);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private static Admissions nobodyAsked() {
        return (Admissions) Proxy.newProxyInstance(
                Admissions.class.getClassLoader(), new Class<?>[] {Admissions.class}, (proxy, method, args) -> {
                    throw new UnsupportedOperationException(method.getName());
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
        samples.close();
    }

    @Test
    void shouldGoOn_andLogOnceWhatFailed_whenPagesCannotBeTold() {
        // Given
        AtomicReference<Runnable> telling = new AtomicReference<>(() -> {
            throw new IllegalStateException("no readiness");
        });
        samples.whenTaken(() -> telling.get().run());

        // When: a defect, then an error, then neither
        samples.step();
        telling.set(() -> {
            throw new OutOfMemoryError("test");
        });
        samples.step();
        telling.set(() -> {});
        samples.step();

        // Then
        assertThat(samples.after(0)).hasSize(3);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "traffic could not be sampled or told; trying again every 2000 ms", "traffic is sampled again");
        assertThat(log.list.get(0).getThrowableProxy().getMessage()).isEqualTo("no readiness");
    }
}
