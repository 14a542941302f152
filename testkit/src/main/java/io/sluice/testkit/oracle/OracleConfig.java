package io.sluice.testkit.oracle;

import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.testkit.keys.TestKeys;

/**
 * The settings by which a log is decided, beside its own records.
 *
 * @param keys the keys that verify control records
 * @param replyPartitions partitions of the reply topic: an address beyond them makes a record malformed
 * @param messages the secret that proves messages between partitions
 */
public record OracleConfig(TrustedKeys keys, int replyPartitions, MessageKey messages) {
    /** A cluster whose apps have the rules key of the tests. */
    public OracleConfig(TrustedKeys keys, int replyPartitions) {
        this(keys, replyPartitions, MessageKey.of(TestKeys.RULES));
    }
}
