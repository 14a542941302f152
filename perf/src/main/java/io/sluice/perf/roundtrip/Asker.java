package io.sluice.perf.roundtrip;

import java.util.concurrent.CompletableFuture;

/** Something that is asked, and answers. */
@FunctionalInterface
interface Asker {
    /** Completes exceptionally if there is no proper answer. */
    CompletableFuture<?> ask(int number);
}
