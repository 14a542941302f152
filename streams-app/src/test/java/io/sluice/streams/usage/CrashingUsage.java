package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** The roll-ups of one partition that crash now and then, and lose what they had not committed. */
final class CrashingUsage {
    private static final int RECORDS_OF_COMMIT = 30;
    private static final int RECORDS_OF_CRASH = 60;

    private CrashingUsage() {}

    /** A decision in the log, and when it was made. */
    record Logged(DecisionCounts counts, long atMillis) {}

    /**
     * Reads a log to its end, from an empty store on.
     *
     * @param usages makes the roll-ups over a store
     * @param alerts where they write; those that were not committed are taken back
     * @return how often they crashed
     */
    static int read(
            List<Logged> log, Function<TreeStore, PartitionUsage> usages, List<?> alerts, SplittableRandom random) {
        TreeStore committed = new TreeStore();
        TreeStore store = committed.copy();
        PartitionUsage usage = usages.apply(store);
        int committedTo = -1;
        int committedAlerts = 0;
        int crashes = 0;
        for (int next = 0; next < log.size(); next++) {
            if (!usage.isCounted(next)) {
                usage.count(log.get(next).counts(), log.get(next).atMillis(), next);
            }
            if (random.nextInt(RECORDS_OF_COMMIT) == 0) {
                usage.save();
                committed = store.copy();
                committedTo = next;
                committedAlerts = alerts.size();
            } else if (random.nextInt(RECORDS_OF_CRASH) == 0) {
                crashes++;
                store = committed.copy();
                usage = usages.apply(store);
                alerts.subList(committedAlerts, alerts.size()).clear();
                next = committedTo;
            }
        }
        return crashes;
    }
}
