package io.sluice.client.fastpath;

/** When the ledger was asked, and when it has answered, by this machine's {@code nanoTime}. */
record RoundTrip(long requestedNanos, long nowNanos) {}
