package io.sluice.streams.store;

import io.sluice.engine.state.BucketKey;

/** The name of a bucket group: an account, and a scope value in it. */
record BucketGroupKey(String account, String scope) {
    /** The bucket group that a bucket belongs to. */
    static BucketGroupKey of(BucketKey bucket) {
        return new BucketGroupKey(bucket.account(), bucket.scope());
    }
}
