package io.sluice.cli.roles;

import io.sluice.cli.CommandFailure;
import io.sluice.streams.replica.ReplicaConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether an instance only replies, and for how old requests. */
final class ReplicaOptions {
    @Option(
            names = "--reply-replica",
            description = "Decide the same requests a second time and write nothing but replies: no decisions, rules or"
                    + " usage.")
    private boolean replyReplica;

    @Option(
            names = "--replica-behind-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_REPLICA_BEHIND_MILLIS_MAX:-5000}",
            description = "Age of a request from which on a reply replica sends no reply (default: 5000, or"
                    + " $SLUICE_REPLICA_BEHIND_MILLIS_MAX).")
    private long behindMillisMax;

    /**
     * The settings of a replica; null if this is no replica.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    @Nullable ReplicaConfig read() throws CommandFailure {
        try {
            return replyReplica ? new ReplicaConfig(Duration.ofMillis(behindMillisMax)) : null;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("reply replica: " + e.getMessage(), e);
        }
    }
}
