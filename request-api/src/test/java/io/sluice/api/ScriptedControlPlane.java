package io.sluice.api;

import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A rules writer that answers as it is told, and a view of what the test wrote into the audit trail. */
final class ScriptedControlPlane implements ControlPlane {
    /** As if others had written first: the offset of an entry is not its sequence number. */
    private static final long OFFSETS_BEFORE = 100;

    private RulesView view = new RulesView();
    private long sequence;
    private Answer next = new Unavailable("nothing scripted");
    private @Nullable AuditEntry onCommand;
    final ScriptedAccounts accounts = new ScriptedAccounts();
    final ScriptedSignals signals = new ScriptedSignals();

    @Nullable By lastBy;

    ControlCommand.@Nullable Step lastStep;
    String lastCommandId = "";

    void reset() {
        view = new RulesView();
        view.completed();
        sequence = 0;
        lastStep = null;
    }

    void forgetThatItIsComplete() {
        view = new RulesView();
    }

    AuditEntry audited(String principal, AuditEntry.Action action) {
        sequence++;
        return new AuditEntry(sequence, 1_000 + sequence, principal, "why " + sequence, action);
    }

    void written(String principal, AuditEntry.Action action) {
        view.apply(audited(principal, action), OFFSETS_BEFORE + sequence);
    }

    /** The app tells of a penalty. */
    void penalised(long atMillis, String trigger, AuditEntry.PenaltyChanged changed, long offset) {
        view.apply(new AuditEntry(0, atMillis, "sluice", trigger, changed), offset);
    }

    /** An account was changed, by otto. */
    void changed(AuditEntry.AccountChanged changed) {
        view.apply(new AuditEntry(0, 5, "otto", "why", changed), 0);
    }

    /** The next command is taken, and this is what it does. */
    void takeNext(String principal, AuditEntry.Action action, @Nullable Long proposalId, @Nullable Long revision) {
        onCommand = audited(principal, action);
        next = new Taken(new RulesReply.Accepted(sequence, proposalId, revision));
    }

    void refuseNext(String code, RulesReply.Problem... problems) {
        onCommand = null;
        next = new Refused(new RulesReply.Refused(code, "a detail", List.of(problems)));
    }

    void failNext() {
        onCommand = null;
        next = new Unavailable("the rules writer did not answer");
    }

    @Override
    public CompletableFuture<Answer> command(String commandId, By by, ControlCommand.Step step) {
        lastCommandId = commandId;
        lastBy = by;
        lastStep = step;
        if (onCommand != null) {
            view.apply(onCommand, OFFSETS_BEFORE + sequence);
        }
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public ScriptedAccounts accounts() {
        return accounts;
    }

    @Override
    public ScriptedSignals signals() {
        return signals;
    }

    @Override
    public RulesView view() {
        return view;
    }
}
