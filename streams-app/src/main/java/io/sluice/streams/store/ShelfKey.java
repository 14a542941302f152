package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;

/** The name of a shelf: an account, and a scope value in it. */
record ShelfKey(String account, String scope) {
    /** The shelf on which a bucket lies. */
    static ShelfKey of(BucketKey bucket) {
        return new ShelfKey(bucket.account(), bucket.scope());
    }
}
