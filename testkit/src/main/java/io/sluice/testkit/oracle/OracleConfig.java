package io.sluice.testkit.oracle;

import io.sluice.schemas.control.TrustedKeys;

/**
 * The settings by which a log is decided, beside its own records.
 *
 * @param keys the keys that verify control records
 * @param replyPartitions partitions of the reply topic: an address beyond them makes a record malformed
 */
public record OracleConfig(TrustedKeys keys, int replyPartitions) {}
