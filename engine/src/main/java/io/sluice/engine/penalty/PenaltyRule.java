package io.sluice.engine.penalty;

import io.sluice.engine.bucket.Bounds;
import java.util.List;
import java.util.Set;

/**
 * A rule of a ruleset that says when a penalty begins, for whom, and what it does.
 *
 * @param id its name in the ruleset
 * @param enforced false in shadow: verdicts report the penalty, and nothing else changes
 * @param subject whose denials are counted, and who is penalised
 * @param limitIds the limits whose refusals count; empty for every limit
 * @param trigger what begins a penalty
 * @param ladder what the first penalty does, the next one after a relapse, and so on; the last rung stays
 * @param decayMillis how long after the end of a penalty one rung is forgotten, and after that the next
 * @param extend whether requests that a penalty refuses make it last longer
 */
public record PenaltyRule(
        String id,
        boolean enforced,
        Subject subject,
        Set<String> limitIds,
        PenaltyTrigger trigger,
        List<PenaltyRung> ladder,
        long decayMillis,
        boolean extend) {
    public static final int RUNGS_MAX = 8;
    public static final long DECAY_MILLIS_MIN = 1_000;
    public static final long DECAY_MILLIS_MAX = 365L * 24 * 60 * 60 * 1000;

    /** Whose denials a rule counts. */
    public enum Subject {
        ACCOUNT,
        CLIENT
    }

    public PenaltyRule {
        limitIds = Set.copyOf(limitIds);
        ladder = List.copyOf(ladder);
        Bounds.within("ladder", ladder.size(), 1, RUNGS_MAX);
        Bounds.within("decay", decayMillis, DECAY_MILLIS_MIN, DECAY_MILLIS_MAX);
        if (trigger.counts() == PenaltyTrigger.Counts.NAMES && subject == Subject.CLIENT) {
            throw new IllegalArgumentException("scope: client (expected: account, since names are those of clients)");
        }
    }

    /** The rung after so many penalties in a row, counted from 1. */
    public PenaltyRung rung(int strikes) {
        return ladder.get(Math.min(strikes, ladder.size()) - 1);
    }

    /** Whether a refusal by this limit counts. */
    public boolean counts(String limitId) {
        return limitIds.isEmpty() || limitIds.contains(limitId);
    }

    /** The longest time for which one denial can matter without another. */
    long memoryMillis() {
        long longest = 0;
        for (PenaltyRung rung : ladder) {
            longest = Math.max(longest, rung.millis());
        }
        return trigger.windowMillis() + longest + ladder.size() * decayMillis;
    }
}
