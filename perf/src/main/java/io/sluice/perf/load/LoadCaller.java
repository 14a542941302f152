package io.sluice.perf.load;

import java.util.concurrent.CompletableFuture;

/** Something that is asked, and answers. */
@FunctionalInterface
public interface LoadCaller {
    /** Completes exceptionally if there is no proper answer. */
    CompletableFuture<?> ask(int number);
}
