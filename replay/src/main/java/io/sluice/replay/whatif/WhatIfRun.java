package io.sluice.replay.whatif;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.streams.replay.RunSettings;
import java.util.List;

/**
 * Compares two rulesets on a log.
 *
 * <p>Usually partitions share nothing, and several run at once. A limit of all accounts is decided by what all
 * partitions ask, so all are run together then, by one thread: owners of its buckets are asked anew. Both sides are
 * judged that way, so the same rules lead to no flips. How near it comes to the truth is measured: by the log's own
 * rules, against what was recorded ({@link WideOrder}).
 */
public final class WhatIfRun {
    private final LogSource log;
    private final RunBounds bounds;
    private final WhatIfWork.Rulesets rulesets;
    private final WideLimits wide;

    /**
     * Looks at the rulesets; nothing runs so far.
     *
     * @param wanted how limits of all accounts are judged, if the rulesets have any
     */
    public WhatIfRun(LogSource log, RunBounds bounds, WhatIfWork.Rulesets rulesets, WideLimits wanted)
            throws LogException {
        this.log = log;
        this.bounds = bounds;
        this.rulesets = rulesets;
        boolean hasWide = CandidateRules.hasWideLimits(rulesets.candidate())
                || (rulesets.base() != null && CandidateRules.hasWideLimits(rulesets.base()));
        this.wide = hasWide ? wanted : WideLimits.NONE;
    }

    /** How limits of all accounts are judged. */
    public WideLimits wide() {
        return wide;
    }

    /**
     * Runs the log.
     *
     * @throws LogException if it cannot be read
     * @throws RunStoppedException if somebody stopped it
     */
    public List<WhatIfPart> run(LogRun run, WhatIfBounds kept) throws LogException, RunStoppedException {
        return run(run, kept, part -> {});
    }

    /**
     * The same, and tells each part as soon as it is there; all at the end, if partitions run together.
     *
     * @throws LogException if the log cannot be read, or a part is not taken
     * @throws RunStoppedException if somebody stopped it
     */
    public List<WhatIfPart> run(LogRun run, WhatIfBounds kept, LogRun.Results<WhatIfPart> results)
            throws LogException, RunStoppedException {
        if (wide != WideLimits.ASKED_ANEW) {
            RunSettings settings = log.settings(bounds.cachedEntriesMax());
            return run.run((partition, places) -> new WhatIfWork(partition, settings, places, rulesets, kept), results);
        }
        RunSettings settings = log.settings(bounds.cachedEntriesMaxTogether(log.partitions()));
        WhatIfWork.Terms terms = new WhatIfWork.Terms(rulesets, kept, new WhatIfWork.Owners());
        List<WhatIfPart> parts = run.runTogether(
                WhatIfWork.STATES, (partition, places) -> new WhatIfWork(partition, settings, places, terms));
        for (WhatIfPart part : parts) {
            results.take(part);
        }
        return parts;
    }
}
