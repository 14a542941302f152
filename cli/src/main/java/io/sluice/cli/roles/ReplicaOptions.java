package io.sluice.cli.roles;

import io.sluice.cli.CommandFailure;
import io.sluice.streams.replica.ReplicaConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a reply replica: whether the instance is one, and up to which lag it replies. */
final class ReplicaOptions {
    @Option(
            names = "--reply-replica",
            description = "Decide the same requests a second time, and write only replies: no decisions, rules or "
                    + "usage.")
    private boolean replyReplica;

    @Option(
            names = "--replica-behind-records-max",
            paramLabel = "RECORDS",
            defaultValue = "${env:SLUICE_REPLICA_BEHIND_RECORDS_MAX:-10000}",
            description = "A reply replica does not reply to a request if more records than this came after it "
                    + "(default: 10000, or $SLUICE_REPLICA_BEHIND_RECORDS_MAX).")
    private long behindRecordsMax;

    /**
     * The settings of a replica; null if this is no replica.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    @Nullable ReplicaConfig read() throws CommandFailure {
        try {
            return replyReplica ? new ReplicaConfig(behindRecordsMax) : null;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("reply replica: " + e.getMessage(), e);
        }
    }
}
