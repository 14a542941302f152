package io.sluice.cli.simulation;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What all parts of one simulation share: time, chance, what is broken, and what is noted. */
final class World {
    static final int REQUEST_PARTITIONS = 3;
    static final int FRONT_ENDS = 2;
    /** One for each front end, and one for callers that write to the topic themselves. */
    static final int REPLY_PARTITIONS = FRONT_ENDS + 1;

    static final int APPS = 3;
    static final long IDEMPOTENCY_WINDOW_MILLIS = 2_000;
    private static final long START_MILLIS = 1_700_000_000_000L;

    final EventQueue events = new EventQueue(START_MILLIS);
    final Trace trace = new Trace(events);
    final Coverage coverage = new Coverage();
    final Defect defect;

    private final SplittableRandom random;
    private @Nullable Throwable failure;

    World(long seed, Defect defect) {
        this.random = new SplittableRandom(seed);
        this.defect = defect;
    }

    /** A source of chance for one part, so that another part's draws do not change it. */
    SplittableRandom chance() {
        return random.split();
    }

    /** What goes wrong in a caller's own code must end the simulation, and not only a future. */
    void watch(CompletableFuture<?> work) {
        CompletableFuture<?> unused = work.whenComplete((done, thrown) -> {
            if (thrown != null && failure == null) {
                failure = thrown;
            }
        });
    }

    /** Ends the simulation if something went wrong. */
    void requireNoFailure() {
        if (failure != null) {
            throw new AssertionError("a caller failed", failure);
        }
    }

    long nowMillis() {
        return events.nowMillis();
    }

    void note(Occurrence occurrence, String detail) {
        coverage.count(occurrence);
        trace.add(occurrence + " " + detail);
    }
}
