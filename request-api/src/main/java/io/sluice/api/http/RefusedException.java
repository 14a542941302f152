package io.sluice.api.http;

import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exception that ends a request with an answer before it goes to the cluster. */
public final class RefusedException extends RuntimeException {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedException.class);

    private final transient HttpAnswer answer;

    public RefusedException(HttpAnswer answer) {
        // Without a stack trace: nobody reads it, and it may be thrown thousands of times a second.
        super("refused", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.answer = answer;
    }

    /**
     * The answer that a failure, or its cause, carries; any other failure is a defect, which is logged and answers 500.
     */
    public static HttpAnswer answerOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.answer;
        }
        LOG.error("answering a request failed", failure);
        return Problem.INTERNAL.answer("the request could not be answered");
    }
}
