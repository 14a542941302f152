package io.sluice.gateway;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/** The deadline of the call that the current thread answers. */
public final class CallDeadline {
    private CallDeadline() {}

    /** The time left of the caller's own deadline, at most {@code millisMax}; at least 1. */
    public static long millis(long millisMax) {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? millisMax
                : Math.max(1, Math.min(millisMax, deadline.timeRemaining(TimeUnit.MILLISECONDS)));
    }
}
