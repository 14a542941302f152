package io.sluice.api.http;

/** Ends a request that has its answer before the cluster is asked. */
public final class RefusedException extends RuntimeException {
    private final transient HttpAnswer answer;

    public RefusedException(HttpAnswer answer) {
        // Nobody reads its stack, and it may be made thousands of times a second.
        super("refused", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.answer = answer;
    }

    HttpAnswer answer() {
        return answer;
    }
}
