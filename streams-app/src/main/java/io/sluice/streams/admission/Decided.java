package io.sluice.streams.admission;

/**
 * What a handler has decided on one request. Nothing has changed yet, and all that is to be said of it is in the
 * {@link Output}, encoded, so that nothing can fail any more on what the request contains.
 *
 * @param change applies it to the state
 * @param count counts it, once it has been applied
 */
record Decided(Runnable change, Runnable count) {
    /** Nothing changes. */
    static final Decided NO_CHANGE = new Decided(() -> {}, () -> {});

    /** Nothing changes, but it counts. */
    static Decided counted(Runnable count) {
        return new Decided(NO_CHANGE.change(), count);
    }
}
