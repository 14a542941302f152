package io.sluice.engine.state;

/** The kind of a hold; an admission can open one of each. Stored by ordinal: kinds are only ever added. */
public enum HoldKind {
    /** Tokens of every limit that counts tokens, until they are committed or cancelled. */
    RESERVATION,
    /** Slots of every concurrency limit, until they are released. */
    SLOTS,
    /** Tokens that a front end spends, until it reports how many it spent; unreported tokens are spent. */
    LEASE
}
