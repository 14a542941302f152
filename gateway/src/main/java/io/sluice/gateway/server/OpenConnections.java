package io.sluice.gateway.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of the port, and keeps them within their bound. */
final class OpenConnections {
    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    OpenConnections(int connectionsMax, MeterRegistry registry) {
        this.connectionsMax = connectionsMax;
        this.refused = Counter.builder("sluice.gateway.connections.refused")
                .description("Connections that were closed at once because the gRPC port had its most")
                .register(registry);
        Gauge.builder("sluice.gateway.connections", open, AtomicInteger::get)
                .description("Open connections of the gRPC port")
                .register(registry);
    }

    /** Takes a place for a connection; false if there is none. */
    boolean enter() {
        if (open.incrementAndGet() > connectionsMax) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        return true;
    }

    void leave() {
        open.decrementAndGet();
    }
}
