package io.sluice.cli.chaos;

import org.jspecify.annotations.Nullable;

/**
 * What one caller saw.
 *
 * @param frontEnd which front end it asked
 * @param partition the request partition of its account
 * @param status the HTTP status; 0 if there was no answer at all
 * @param decisionId the record that decided it, if one did
 * @param local whether the front end answered out of a lease or by a remembered denial
 * @param allowed whether it was admitted
 */
record SeenCall(
        long sentNanos,
        long answeredNanos,
        int frontEnd,
        int partition,
        String clientId,
        int status,
        @Nullable String decisionId,
        boolean local,
        boolean allowed) {
    private static final int ALLOWED = 200;
    private static final int RESERVED = 201;
    private static final int DENIED = 429;

    boolean isAnswered() {
        return status != 0;
    }

    /** Whether it is a verdict, which nobody but Sluice could give. */
    boolean isDecided() {
        return status == ALLOWED || status == RESERVED || status == DENIED;
    }

    long millis() {
        return (answeredNanos - sentNanos) / 1_000_000;
    }
}
