package io.sluice.replay.suggest;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.streams.replay.RunSettings;
import io.sluice.streams.replay.WideOwners;
import java.util.List;

/** Runs a log under several factors at once: partition by partition, or together if a limit is of all accounts. */
public final class RefusalRun {
    private final LogSource log;
    private final RunBounds bounds;
    private final String limitId;
    private final List<String> activations;

    /**
     * Nothing runs so far.
     *
     * @param activations one for each factor
     */
    public RefusalRun(LogSource log, RunBounds bounds, String limitId, List<String> activations) {
        this.log = log;
        this.bounds = bounds;
        this.limitId = limitId;
        this.activations = List.copyOf(activations);
    }

    /**
     * Runs the log.
     *
     * @throws LogException if it cannot be read
     * @throws RunStoppedException if somebody stopped it
     */
    public List<RefusalWork.Part> run(LogRun run) throws LogException, RunStoppedException {
        // One for each factor, and one under the log's own rules.
        int states = activations.size() + 1;
        if (!CandidateRules.hasWideLimits(activations.get(0))) {
            RunSettings settings = log.settings(bounds.cachedEntriesMax());
            RefusalWork.Terms terms = new RefusalWork.Terms(limitId, activations, /* owners= */ null);
            return run.run(states, (partition, places) -> new RefusalWork(partition, settings, places, terms));
        }
        RunSettings settings = log.settings(bounds.cachedEntriesMaxTogether(log.partitions()));
        RefusalWork.Terms terms = new RefusalWork.Terms(
                limitId,
                activations,
                activations.stream().map(activation -> new WideOwners()).toList());
        return run.runTogether(states, (partition, places) -> new RefusalWork(partition, settings, places, terms));
    }
}
