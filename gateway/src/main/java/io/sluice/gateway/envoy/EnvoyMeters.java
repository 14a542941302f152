package io.sluice.gateway.envoy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.LongStream;

/** The meters of one service: its answers, and how long they took. */
final class EnvoyMeters {
    /** With the 20 ms that Envoy waits by default. */
    private static final Duration[] BUCKETS = LongStream.of(
                    250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000)
            .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
            .toArray(Duration[]::new);

    private final Counter allowed;
    private final Counter denied;
    private final Counter invalid;
    private final Counter failed;
    private final Timer time;

    EnvoyMeters(String service, MeterRegistry registry) {
        allowed = answers(service, "allow", registry);
        denied = answers(service, "deny", registry);
        invalid = answers(service, "invalid", registry);
        failed = answers(service, "error", registry);
        time = Timer.builder("sluice.gateway.answer")
                .description("Time from a gRPC call to its answer")
                .tag("service", service)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static Counter answers(String service, String answer, MeterRegistry registry) {
        return Counter.builder("sluice.gateway.answers")
                .description("Answers to gRPC calls of gateways")
                .tag("service", service)
                .tag("answer", answer)
                .register(registry);
    }

    void answered(boolean wasAllowed) {
        (wasAllowed ? allowed : denied).increment();
    }

    void invalid() {
        invalid.increment();
    }

    void failed() {
        failed.increment();
    }

    Timer time() {
        return time;
    }
}
