package io.sluice.engine.penalty;

import org.jspecify.annotations.Nullable;

/**
 * A penalty that began or ended, for the audit trail.
 *
 * @param entry as it is from then on
 * @param action what it does; null for an end
 * @param atMillis the partition's time of the beginning or end; an end is recorded with the account's next request,
 * but has its own time
 * @param trigger what began it, in words; empty for an end
 */
public record PenaltyEvent(PenaltyEntry entry, @Nullable PenaltyAction action, long atMillis, String trigger) {
    static PenaltyEvent begun(PenaltyRule rule, PenaltyEntry entry, long nowMillis) {
        return new PenaltyEvent(
                entry,
                rule.rung(entry.strikes()).action(),
                nowMillis,
                rule.trigger().words());
    }

    static PenaltyEvent ended(PenaltyEntry entry) {
        return new PenaltyEvent(entry, /* action= */ null, entry.untilMillis(), /* trigger= */ "");
    }

    public boolean isStart() {
        return action != null;
    }
}
