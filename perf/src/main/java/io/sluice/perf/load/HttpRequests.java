package io.sluice.perf.load;

/**
 * The requests over HTTP, and the check of their answers. Called from two threads, never at once for one number.
 */
public interface HttpRequests {
    /** A whole request with head and body; the array is not kept, and not changed. */
    byte[] request(long number);

    /**
     * Takes an answer.
     *
     * @throws IllegalStateException if it is not a proper one
     */
    void answered(long number, HttpReply reply);
}
