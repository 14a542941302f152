package io.sluice.perf.load;

import java.util.concurrent.CompletableFuture;

/** Sends numbered requests, and completes with their answers. */
@FunctionalInterface
public interface LoadCaller {
    /** Completes exceptionally if there is no proper answer. */
    CompletableFuture<?> ask(int number);
}
