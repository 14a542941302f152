package io.sluice.client.fastpath;

/** When a request left for the ledger, and when its answer came, by this machine's {@code nanoTime}. */
record RoundTrip(long requestedNanos, long nowNanos) {}
