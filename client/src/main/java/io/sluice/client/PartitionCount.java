package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check whether this front end and the streams apps agree on the number of request partitions, which decides the
 * partition of each account. The number is fixed for ever. If somebody has raised it nevertheless, the answer must
 * not blame callers.
 */
final class PartitionCount {
    /** How long a front end is not ready after a request was in the wrong partition. */
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(PartitionCount.class);

    private final int known;
    private final LongSupplier nanoClock;
    private volatile int found;
    private volatile boolean misplaced;
    private volatile long misplacedNanos;

    PartitionCount(int known, LongSupplier nanoClock) {
        this.known = known;
        this.found = known;
        this.nanoClock = nanoClock;
    }

    /** Notes how many partitions the topic has now. */
    void found(int partitions) {
        if (partitions != found) {
            LOG.error("{}", grown(partitions));
        }
        found = partitions;
    }

    private String grown(int partitions) {
        return TopicCatalogue.REQUESTS + " partitions: " + partitions + " (expected: " + known
                + "; the number is fixed for ever)";
    }

    /** What arrived, with the reason if it failed for the number of partitions. */
    Arrival explained(Arrival arrival) {
        WireError error = arrival.reply() instanceof Verdict verdict ? verdict.error() : null;
        if (error != null
                && error.code().equals(WireError.INVALID_REQUEST)
                && error.field().equals("partition")) {
            misplacedNanos = nanoClock.getAsLong();
            misplaced = true;
            return new Arrival(null, disagreement() + ": " + error.field() + " " + error.detail());
        }
        int partitions = found;
        return arrival.failure() == null || partitions == known
                ? arrival
                : new Arrival(null, arrival.failure() + "; " + grown(partitions));
    }

    private String disagreement() {
        return TopicCatalogue.REQUESTS + " has " + known
                + " partitions for this front end and another number for the streams apps";
    }

    /** The readiness; a front end is not ready while requests lie in the wrong partition. */
    Readiness of(Readiness readiness) {
        return misplaced && nanoClock.getAsLong() - misplacedNanos < REMEMBERED.toNanos()
                ? new Readiness(false, disagreement())
                : readiness;
    }
}
