package io.sluice.testkit.oracle;

import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.MessagePlace;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;

/**
 * The settings by which a log is decided, beside its own records.
 *
 * @param keys the keys that verify control records
 * @param replyPartitions partitions of the reply topic: an address beyond them makes a record malformed
 * @param rules the rules key of the apps
 * @param messages proves messages between partitions
 */
public record OracleConfig(TrustedKeys keys, int replyPartitions, SigningKey rules, MessageKey messages) {
    /** Where the messages of tests without a broker count. */
    public static final MessagePlace PLACE = new MessagePlace("cluster-of-tests", "topic-of-tests");

    /** A cluster whose apps have this rules key. */
    public OracleConfig(TrustedKeys keys, int replyPartitions, SigningKey rules) {
        this(keys, replyPartitions, rules, MessageKey.of(rules, PLACE));
    }

    /** A cluster whose apps have the rules key of the tests. */
    public OracleConfig(TrustedKeys keys, int replyPartitions) {
        this(keys, replyPartitions, TestKeys.RULES);
    }

    /** The same for the log of a real cluster. */
    public OracleConfig on(String bootstrapServers) {
        MessagePlace place = TopicReader.placeOfMessages(bootstrapServers);
        return new OracleConfig(keys, replyPartitions, rules, MessageKey.of(rules, place));
    }
}
