package io.sluice.middleware;

import io.sluice.schemas.codec.RestAnswer;

/** What became of one call. */
sealed interface CallResult {
    /** Sluice answered, whatever it says. */
    record Reply(int status, RestAnswer answer) implements CallResult {}

    /** It did not, so that nobody knows what became of the request; or it was not sent. */
    record Failed(String detail) implements CallResult {}
}
