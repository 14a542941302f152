package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.PenaltyChange;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.schemas.control.AuditEntry;
import org.jspecify.annotations.Nullable;

/**
 * Tells of penalties that begin and end: the audit trail, and front ends that hold leases.
 *
 * <p>An end is told with the account's next request, since nothing happens in a partition without a record.
 */
final class PenaltyHandler {
    /** The principal of what nobody has commanded. */
    static final String PRINCIPAL = "sluice";

    static final String ENDED = "it was over";

    private final Ledger ledger;
    private final Output output;
    private final AdmissionMetrics metrics;

    PenaltyHandler(Ledger ledger, Output output, AdmissionMetrics metrics) {
        this.ledger = ledger;
        this.output = output;
        this.metrics = metrics;
    }

    /** Notes the ends since the account's last request; null if there are none. */
    @Nullable Decided ended(String account, long nowMillis) {
        PenaltyChange change = ledger.endedPenalties(account, nowMillis);
        if (change == null) {
            return null;
        }
        Runnable count = told(change, /* offset= */ 0);
        return new Decided(() -> ledger.apply(change), count);
    }

    /** Notes denials that a front end has repeated by itself. */
    Decided reported(Decided report, @Nullable PenaltyChange change, long offset) {
        if (change == null) {
            return report;
        }
        Runnable count = told(change, offset);
        return new Decided(
                () -> {
                    report.change().run();
                    ledger.apply(change);
                },
                () -> {
                    report.count().run();
                    count.run();
                });
    }

    /**
     * Adds the records of a change to the output.
     *
     * @param offset of the record that makes the change
     * @return counts it, once it has been applied
     */
    Runnable told(@Nullable PenaltyChange change, long offset) {
        if (change == null) {
            return () -> {};
        }
        if (change.revokes()) {
            // The denial that begins it is void, too: a front end must not go on repeating that.
            output.revocation(offset + 1, change.account());
        }
        change.events().forEach(event -> output.audit(entry(change.account(), event)));
        return () -> {
            metrics.untracked(change.untracked());
            change.events().forEach(metrics::penalised);
        };
    }

    private static AuditEntry entry(String account, PenaltyEvent event) {
        PenaltyEntry entry = event.entry();
        PenaltyAction action = event.action();
        return new AuditEntry(
                0,
                event.atMillis(),
                PRINCIPAL,
                event.isStart() ? event.trigger() : ENDED,
                new AuditEntry.PenaltyChanged(
                        account,
                        entry.clientId().isEmpty() ? null : entry.clientId(),
                        entry.ruleId(),
                        action == null ? null : action.code(),
                        entry.strikes(),
                        entry.untilMillis(),
                        entry.enforced()));
    }
}
