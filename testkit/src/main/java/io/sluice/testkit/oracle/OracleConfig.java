package io.sluice.testkit.oracle;

import io.sluice.schemas.control.ControlKey;

/**
 * What a log is judged by, beside its own records.
 *
 * @param key proves control records
 * @param replyPartitions partitions of the reply topic: an address beyond them makes a record malformed
 */
public record OracleConfig(ControlKey key, int replyPartitions) {}
