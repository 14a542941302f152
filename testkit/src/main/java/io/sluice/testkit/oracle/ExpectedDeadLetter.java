package io.sluice.testkit.oracle;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that must have been refused.
 *
 * @param place {@code partition-offset} in the request topic
 * @param reason the code that the dead letter must carry
 * @param original the record as it lies in the request topic
 */
public record ExpectedDeadLetter(String place, String reason, ConsumerRecord<byte[], byte[]> original) {
    /** It breaks the wire contract, or lies in the wrong partition. */
    public static final String MALFORMED = "malformed";
    /** It claims to be of the control plane, but the control plane has not signed it. */
    public static final String FORGED = "forged";
    /** It is signed, but is no command that its account could get there. */
    public static final String INVALID_COMMAND = "invalid-command";
    /** It is signed, but carries no ruleset that compiles. */
    public static final String INVALID_RULESET = "invalid-ruleset";
    /** It travelled between partitions too often. */
    public static final String STALE = "stale";
    /** It reports that more of a lease was spent than was granted. */
    public static final String INVALID_REPORT = "invalid-lease-report";
}
