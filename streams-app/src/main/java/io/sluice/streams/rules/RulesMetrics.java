package io.sluice.streams.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of the rules writer. */
final class RulesMetrics {
    private final MeterRegistry registry;
    private final AtomicLong inForce = new AtomicLong();
    private final Counter broadcasts;

    RulesMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sluice.rules.revision", inForce, AtomicLong::get)
                .description("The revision that the rules writer put in force last, as this instance knows it")
                .register(registry);
        this.broadcasts = Counter.builder("sluice.rules.broadcasts")
                .description("Revisions sent into every request partition")
                .register(registry);
        commands("accepted");
        commands("forged");
    }

    void commanded(String outcome) {
        commands(outcome).increment();
    }

    private Counter commands(String outcome) {
        return Counter.builder("sluice.rules.commands")
                .description("Commands to the rules writer")
                .tag("outcome", outcome)
                .register(registry);
    }

    void inForce(long revision) {
        inForce.set(revision);
    }

    void broadcast() {
        broadcasts.increment();
    }
}
