package io.sluice.middleware;

import io.sluice.schemas.codec.RestAnswer;

/** The result of one call. */
sealed interface CallResult {
    /** Sluice answered, whatever it says. */
    record Reply(int status, RestAnswer answer) implements CallResult {}

    /** Sluice did not answer, so the outcome of the request is unknown; or the request was not sent. */
    record Failed(String detail) implements CallResult {}
}
