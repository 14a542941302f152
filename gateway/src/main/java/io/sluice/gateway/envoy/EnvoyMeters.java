package io.sluice.gateway.envoy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What one service answered, and how fast. */
final class EnvoyMeters {
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
        time = Timer.builder("sluice.gateway.answer.time")
                .description("From a gRPC call to its answer")
                .tag("service", service)
                .publishPercentileHistogram(false)
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
