package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.schemas.WireException;
import io.sluice.streams.replay.PartitionRun;
import org.jspecify.annotations.Nullable;

/**
 * What was in force where a partition's log begins, if not with its first record: as the rules writer had published it
 * by then.
 *
 * @param ruleset the newest activation of that time, as it was signed; null if there was none
 * @param revision its revision; 0 if there was none
 * @param access the newest access entries of that time, as they were signed; null if there were none
 * @param isUncertain whether something was published so shortly before that the partition may not have had it yet
 */
public record StartRules(
        @Nullable String ruleset, long revision, @Nullable String access, boolean isUncertain) {
    /** Nothing is known, or the log itself says it. */
    public static final StartRules NONE = new StartRules(null, 0, null, false);

    /** Before the first record. */
    public void putInForce(PartitionRun run) throws LogException {
        try {
            if (ruleset != null) {
                run.activate(ruleset);
            }
            if (access != null) {
                run.activateAccess(access);
            }
        } catch (WireException e) {
            throw new LogException(
                    "what was in force where the log begins cannot be read: ruleset revision " + revision + ": "
                            + e.getMessage() + " (expected: a Sluice that knows all of it; run a newer one)",
                    e);
        }
    }
}
