package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The change that one record makes to the penalties of its account.
 *
 * @param after what is remembered of the account from then on
 * @param accounts the next count of the partition's accounts that are remembered; null if it stays
 * @param events penalties that begin or end
 * @param untracked denials of clients or accounts that are not tracked, because the bound is reached
 */
public record PenaltyChange(
        String account,
        AccountPenalties after,
        @Nullable CountChange accounts,
        List<PenaltyEvent> events,
        int untracked) {
    public PenaltyChange {
        events = List.copyOf(events);
    }

    /** Whether a penalty begins that changes answers: what was granted before is void. */
    public boolean revokes() {
        return events.stream()
                .anyMatch(event -> event.isStart() && event.entry().enforced());
    }
}
