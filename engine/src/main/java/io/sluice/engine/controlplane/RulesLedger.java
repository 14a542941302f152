package io.sluice.engine.controlplane;

import io.sluice.engine.controlplane.ControlPlaneStore.Summary;
import io.sluice.engine.controlplane.Proposal.Status;
import io.sluice.engine.controlplane.RulesEvent.Stamp;
import io.sluice.engine.controlplane.RulesResult.Refusal;
import io.sluice.engine.controlplane.RulesResult.Refused;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.ruleset.RulesetProblem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of the control plane: commands in their order, an event or a refusal for each.
 *
 * <pre>
 *   propose --&gt; OPEN --approve--&gt; APPROVED --activate--&gt; ACTIVATED: revision n+1, this document
 *                |                   |
 *                +------reject-------+--&gt; REJECTED
 *   rollBack(m) -----------------------------------------------------&gt; revision n+1, the document of revision m
 * </pre>
 *
 * <p>{@link #decide} only reads; {@link #apply} alone writes. An event contains all that it needs, so events applied
 * to an empty store give the same control plane state. No two documents ever share a revision number: each takes the
 * next one, and all commands have one order.
 *
 * <p>Bounded: the youngest {@link #REVISIONS_MAX} revisions and {@link #PROPOSALS_MAX} proposals are kept here. The log
 * has all of them.
 */
public final class RulesLedger {
    /** How far back a roll-back can go. */
    public static final int REVISIONS_MAX = 64;

    public static final int PROPOSALS_MAX = 64;

    private final ControlPlaneStore store;
    private final DocumentReader reader;
    private final Policy policy;
    private final AccessChanges access;

    public RulesLedger(ControlPlaneStore store, DocumentReader reader, Policy policy) {
        this.access = new AccessChanges(store, reader, policy.publishedAccess());
        this.store = store;
        this.reader = reader;
        this.policy = policy;
    }

    /**
     * The settings of a deployment.
     *
     * @param approvalRequired whether a proposal takes effect only after a principal other than its author approved
     * @param publishedRevision the highest revision that was ever published; no number up to it is given again, even if
     *     the control plane state was lost
     * @param publishedAccess the newest access entries that were ever published, for the same reason
     */
    public record Policy(boolean approvalRequired, long publishedRevision, AccessState publishedAccess) {
        public Policy(boolean approvalRequired, long publishedRevision) {
            this(approvalRequired, publishedRevision, AccessState.EMPTY);
        }
    }

    /** The result of the command; changes nothing. */
    public RulesResult decide(RulesStep command, long atMillis) {
        Summary summary = store.summary();
        Stamp stamp = new Stamp(summary.sequence() + 1, atMillis, command.by());
        if (command instanceof RulesStep.Propose propose) {
            return propose(propose, summary, stamp);
        }
        if (command instanceof RulesStep.Approve approve) {
            return approve(approve.proposalId(), stamp);
        }
        if (command instanceof RulesStep.Reject reject) {
            return reject(reject.proposalId(), stamp);
        }
        if (command instanceof RulesStep.Activate activate) {
            return activate(activate, summary, stamp);
        }
        if (command instanceof RulesStep.AddAccess add) {
            return access.add(add, stamp);
        }
        if (command instanceof RulesStep.RemoveAccess remove) {
            return access.remove(remove.entryId(), stamp);
        }
        return rollBack((RulesStep.RollBack) command, summary, stamp);
    }

    /** The access entries as an event leaves them: what every partition is to have in force. */
    public AccessState accessAfter(RulesEvent.AccessChange event) {
        return access.after(event);
    }

    private RulesResult propose(RulesStep.Propose propose, Summary summary, Stamp stamp) {
        for (long id : summary.proposalIds()) {
            Proposal earlier = store.proposal(id);
            if (earlier != null && earlier.commandId().equals(propose.commandId())) {
                return new RulesResult.Repeated(id);
            }
        }
        Refused refused = stale(propose.expectedRevision(), summary);
        if (refused == null) {
            refused = unusable(propose.document(), summary);
        }
        if (refused == null && summary.proposalIds().size() >= PROPOSALS_MAX && dispensable(summary) == null) {
            refused = Refused.of(
                    Refusal.TOO_MANY_PROPOSALS,
                    PROPOSALS_MAX + " proposals are open (expected: fewer; reject or activate one)");
        }
        return refused != null
                ? refused
                : new RulesResult.Accepted(new RulesEvent.Proposed(
                        stamp,
                        summary.lastProposalId() + 1,
                        propose.commandId(),
                        summary.activeRevision(),
                        propose.document()));
    }

    private static @Nullable Refused stale(long expectedRevision, Summary summary) {
        return expectedRevision == summary.activeRevision()
                ? null
                : Refused.of(
                        Refusal.STALE_REVISION,
                        "revision " + expectedRevision + " (expected: " + summary.activeRevision()
                                + ", which is in force)");
    }

    private @Nullable Refused unusable(String document, Summary summary) {
        Revision active = store.revision(summary.activeRevision());
        if (active != null && active.document().equals(document)) {
            return Refused.of(
                    Refusal.UNCHANGED, "the document is that of revision " + active.number() + " (expected: a change)");
        }
        DocumentReader.Read read = reader.read(document);
        List<RulesetProblem> problems = read.problem() == null ? problems(read.tree()) : List.of(read.problem());
        return problems.isEmpty()
                ? null
                : new Refused(
                        Refusal.INVALID_DOCUMENT, problems.size() + " problems (expected: a valid ruleset)", problems);
    }

    private static List<RulesetProblem> problems(@Nullable Object tree) {
        try {
            RulesetCompiler.compile(1, tree);
            return List.of();
        } catch (InvalidRulesetException e) {
            return e.problems();
        }
    }

    private RulesResult approve(long id, Stamp stamp) {
        Proposal proposal = store.proposal(id);
        if (proposal == null) {
            return unknownProposal(id);
        }
        if (proposal.status() != Status.OPEN) {
            return notOpen(proposal);
        }
        if (policy.approvalRequired() && proposal.author().equals(stamp.by().principal())) {
            return Refused.of(
                    Refusal.SAME_PRINCIPAL,
                    proposal.author() + " (expected: somebody other than the author of proposal " + id + ")");
        }
        return new RulesResult.Accepted(new RulesEvent.Approved(stamp, id));
    }

    private RulesResult reject(long id, Stamp stamp) {
        Proposal proposal = store.proposal(id);
        if (proposal == null) {
            return unknownProposal(id);
        }
        return proposal.isClosed() ? notOpen(proposal) : new RulesResult.Accepted(new RulesEvent.Rejected(stamp, id));
    }

    private RulesResult activate(RulesStep.Activate activate, Summary summary, Stamp stamp) {
        Proposal proposal = store.proposal(activate.proposalId());
        if (proposal == null) {
            return unknownProposal(activate.proposalId());
        }
        if (proposal.isClosed()) {
            return notOpen(proposal);
        }
        Refused stale = stale(activate.expectedRevision(), summary);
        if (stale != null) {
            return stale;
        }
        if (proposal.baseRevision() != summary.activeRevision()) {
            return Refused.of(
                    Refusal.STALE_PROPOSAL,
                    "proposal " + proposal.id() + " was made under revision " + proposal.baseRevision() + " (expected: "
                            + summary.activeRevision() + ", which is in force; propose again)");
        }
        if (policy.approvalRequired() && proposal.status() != Status.APPROVED) {
            return Refused.of(
                    Refusal.NOT_APPROVED,
                    "proposal " + proposal.id() + " is open (expected: approved by somebody other than its author)");
        }
        Refused exhausted = exhausted(summary);
        return exhausted != null
                ? exhausted
                : new RulesResult.Accepted(
                        new RulesEvent.Activated(stamp, proposal.id(), next(summary, proposal.document())));
    }

    private RulesResult rollBack(RulesStep.RollBack rollBack, Summary summary, Stamp stamp) {
        Refused refused = stale(rollBack.expectedRevision(), summary);
        if (refused != null) {
            return refused;
        }
        Revision earlier = store.revision(rollBack.toRevision());
        if (earlier == null) {
            return Refused.of(
                    Refusal.UNKNOWN_REVISION,
                    "revision " + rollBack.toRevision() + " (expected: one of the last " + REVISIONS_MAX + ")");
        }
        // It compiled once, but perhaps with an older compiler: a document that no partition takes must not become a
        // revision.
        refused = unusable(earlier.document(), summary);
        if (refused == null) {
            refused = exhausted(summary);
        }
        return refused != null
                ? refused
                : new RulesResult.Accepted(
                        new RulesEvent.RolledBack(stamp, earlier.number(), next(summary, earlier.document())));
    }

    private Revision next(Summary summary, String document) {
        return new Revision(lastNumber(summary) + 1, document);
    }

    private long lastNumber(Summary summary) {
        return Math.max(summary.activeRevision(), policy.publishedRevision());
    }

    private @Nullable Refused exhausted(Summary summary) {
        return lastNumber(summary) < Revision.NUMBER_MAX
                ? null
                : Refused.of(
                        Refusal.REVISIONS_EXHAUSTED,
                        "revision " + lastNumber(summary) + " is the last one (expected: 1.." + Revision.NUMBER_MAX
                                + ")");
    }

    private static Refused unknownProposal(long id) {
        return Refused.of(
                Refusal.UNKNOWN_PROPOSAL, "proposal " + id + " (expected: one of the last " + PROPOSALS_MAX + ")");
    }

    private static Refused notOpen(Proposal proposal) {
        return Refused.of(
                Refusal.NOT_OPEN, "proposal " + proposal.id() + " is " + proposal.status() + " (expected: OPEN)");
    }

    /** Takes the step that {@link #decide} accepted; the only writer. */
    public void apply(RulesEvent event) {
        Summary summary = store.summary();
        long sequence = event.stamp().sequence();
        if (sequence != summary.sequence() + 1) {
            throw new IllegalStateException(
                    "event " + sequence + " (expected: " + (summary.sequence() + 1) + ", each once and in order)");
        }
        if (event instanceof RulesEvent.Proposed proposed) {
            applyProposed(proposed, summary);
            return;
        }
        if (event instanceof RulesEvent.Approved approved) {
            mark(approved.proposalId(), Status.APPROVED);
        } else if (event instanceof RulesEvent.Rejected rejected) {
            mark(rejected.proposalId(), Status.REJECTED);
        } else if (event instanceof RulesEvent.Activated activated) {
            mark(activated.proposalId(), Status.ACTIVATED);
        }
        if (event instanceof RulesEvent.AccessChange change) {
            store.putAccess(access.after(change));
        }
        long active = summary.activeRevision();
        if (event instanceof RulesEvent.Change change) {
            store.putRevision(change.revision());
            active = change.revision().number();
            store.removeRevision(active - REVISIONS_MAX);
        }
        store.putSummary(new Summary(sequence, active, summary.lastProposalId(), summary.proposalIds()));
    }

    private void applyProposed(RulesEvent.Proposed event, Summary summary) {
        List<Long> kept = new ArrayList<>(summary.proposalIds());
        Long dispensable = kept.size() >= PROPOSALS_MAX ? dispensable(summary) : null;
        if (dispensable != null) {
            kept.remove(dispensable);
            store.removeProposal(dispensable);
        }
        kept.add(event.proposalId());
        store.putProposal(new Proposal(
                event.proposalId(),
                event.commandId(),
                event.baseRevision(),
                event.stamp().by().principal(),
                Status.OPEN,
                event.document()));
        store.putSummary(new Summary(event.stamp().sequence(), summary.activeRevision(), event.proposalId(), kept));
    }

    /** The oldest proposal that can no longer be activated, and so may be dropped. */
    private @Nullable Long dispensable(Summary summary) {
        for (Long id : summary.proposalIds()) {
            Proposal proposal = store.proposal(id);
            if (proposal == null || proposal.isClosed() || proposal.baseRevision() != summary.activeRevision()) {
                return id;
            }
        }
        return null;
    }

    private void mark(long id, Status status) {
        Proposal proposal = store.proposal(id);
        if (proposal != null) {
            store.putProposal(proposal.with(status));
        }
    }
}
