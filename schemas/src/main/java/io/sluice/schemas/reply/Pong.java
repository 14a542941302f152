package io.sluice.schemas.reply;

import java.util.List;

/**
 * The answer to a ping: it shows that a streams app owns the partition.
 *
 * @param rulesetRevision by which it decides; 0: none yet
 * @param signals the health signals that it knows
 */
public record Pong(String correlationId, int partition, long rulesetRevision, List<SignalStatus> signals)
        implements Reply {
    public Pong {
        signals = List.copyOf(signals);
    }

    /** Of a partition that knows no health signals. */
    public Pong(String correlationId, int partition, long rulesetRevision) {
        this(correlationId, partition, rulesetRevision, List.of());
    }
}
