package io.sluice.streams.admission;

/**
 * What a handler has decided on one request. Nothing has changed yet. All replies and records are encoded in
 * the {@link Output}, so the request's content can make nothing fail any more.
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
