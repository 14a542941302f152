package io.sluice.schemas.wide;

import io.sluice.schemas.topic.AccountPartitioner;

/**
 * The name of a wide bucket, a limit that all accounts share and one value of its scope; and which check meets it.
 *
 * @param check the check of a batch, from 0 on; 0 for an admission
 */
public record WideTarget(String limitId, String scope, int check) {
    /** No value of the wire contract contains it. */
    private static final String SEPARATOR = "\u001f";

    /** Characters of a scope: up to 32 attributes' values. */
    public static final int SCOPE_CHARS_MAX = 32 * 257;

    public static final int LIMIT_ID_CHARS_MAX = 128;

    /** The partition that owns the bucket. */
    public int owner(int partitions) {
        return AccountPartitioner.partitionOf(limitId + SEPARATOR + scope, partitions);
    }
}
