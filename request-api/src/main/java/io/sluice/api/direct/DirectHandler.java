package io.sluice.api.direct;

/** Answers one resource, in a thread that reads connections: it never waits, not for a lock that others hold long either. */
@FunctionalInterface
public interface DirectHandler {
    /** Has the exchange answered, now or later, in whatever thread. */
    void handle(Exchange exchange);
}
