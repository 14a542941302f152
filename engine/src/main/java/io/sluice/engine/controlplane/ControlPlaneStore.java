package io.sluice.engine.controlplane;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The store of the control plane state. Only {@link RulesLedger#apply} writes. */
public interface ControlPlaneStore {
    Summary summary();

    void putSummary(Summary summary);

    @Nullable Proposal proposal(long id);

    void putProposal(Proposal proposal);

    void removeProposal(long id);

    @Nullable Revision revision(long number);

    void putRevision(Revision revision);

    void removeRevision(long number);

    /** The access entries; {@link AccessState#EMPTY} before the first. */
    AccessState access();

    void putAccess(AccessState access);

    /**
     * What is known without reading a document.
     *
     * @param sequence of the last event; 0 if there was none
     * @param activeRevision the revision in force; 0 if there is none
     * @param lastProposalId the youngest proposal's; 0 if there was none
     * @param proposalIds the proposals that are kept, oldest first
     */
    record Summary(long sequence, long activeRevision, long lastProposalId, List<Long> proposalIds) {
        public static final Summary EMPTY = new Summary(0, 0, 0, List.of());

        public Summary {
            proposalIds = List.copyOf(proposalIds);
        }
    }
}
