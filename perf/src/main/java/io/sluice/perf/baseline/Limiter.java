package io.sluice.perf.baseline;

import java.util.concurrent.CompletableFuture;

/** A limiter outside of this process. */
@FunctionalInterface
interface Limiter {
    /** Takes one token of the client, if there is one. */
    CompletableFuture<Taken> take(String clientId);

    /** The outcome. */
    record Taken(boolean allowed, long remaining) {}
}
