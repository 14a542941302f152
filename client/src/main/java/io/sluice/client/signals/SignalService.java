package io.sluice.client.signals;

import io.sluice.schemas.reply.SignalStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Health signals: reports of them, and what the request partitions know. No future ever completes exceptionally. */
public interface SignalService {
    /**
     * Writes a report into every request partition, and asks each of them whether it has taken it.
     *
     * @param principal who reports
     */
    CompletableFuture<Answer> report(String signal, boolean good, long validMillis, String principal);

    /** Asks every request partition for the signals that it knows. */
    CompletableFuture<Known> known();

    /** The outcome of a report. */
    sealed interface Answer {}

    /** Every partition has it, and says that the signal is so. */
    record Reported(int partitions) implements Answer {}

    /** Some partitions do not have it, skip it, or do not answer. To report again is safe. */
    record Unavailable(String detail) implements Answer {}

    /**
     * The signals as the partitions know them.
     *
     * @param partitions all of them
     * @param byPartition the signals of those that answered in time
     */
    record Known(int partitions, Map<Integer, List<SignalStatus>> byPartition) {
        public Known {
            byPartition = Map.copyOf(byPartition);
        }
    }
}
