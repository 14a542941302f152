package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.PenaltyChange;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.engine.ruleset.Admission;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.AuditEntry.PenaltyChanged;
import io.sluice.schemas.control.AuditEntry.PenaltyLifted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The penalties of one partition: what the audit trail must say of them. */
final class PenaltyReplay {
    final List<AuditEntry> entries = new ArrayList<>();

    private final Ledger ledger;

    PenaltyReplay(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Before each request of an account. */
    void noteEnds(String account, long nowMillis) {
        PenaltyChange change = ledger.endedPenalties(account, nowMillis);
        if (change != null) {
            ledger.apply(change);
            expect(change);
        }
    }

    /** Denials that a front end reports. */
    void denied(Admission admission, long denials, long nowMillis) {
        PenaltyChange change = ledger.reported(admission, denials, nowMillis);
        if (change != null) {
            ledger.apply(change);
            expect(change);
        }
    }

    /** A change that is applied with the result that it is part of. */
    void expect(@Nullable PenaltyChange change) {
        if (change != null) {
            change.events().forEach(event -> entries.add(entry(change.account(), event)));
        }
    }

    /** A challenge was passed. */
    void lifted(AccountCommand command, PenaltyEntry lifted, int partition, long nowMillis) {
        entries.add(new AuditEntry(
                0,
                nowMillis,
                command.principal(),
                command.reason(),
                new PenaltyLifted(
                        command.commandId(),
                        command.account(),
                        lifted.clientId().isEmpty() ? null : lifted.clientId(),
                        lifted.ruleId(),
                        lifted.strikes(),
                        partition + "-" + lifted.begunAtOffset())));
    }

    private static AuditEntry entry(String account, PenaltyEvent event) {
        String client = event.entry().clientId();
        PenaltyAction begun = event.action();
        boolean starts = begun != null;
        return new AuditEntry(
                0,
                starts ? event.atMillis() : event.entry().untilMillis(),
                "sluice",
                starts ? event.trigger() : "it was over",
                new PenaltyChanged(
                        account,
                        client.isEmpty() ? null : client,
                        event.entry().ruleId(),
                        begun == null ? null : begun.name().toLowerCase(Locale.ROOT),
                        event.entry().strikes(),
                        event.entry().untilMillis(),
                        event.entry().enforced()));
    }
}
