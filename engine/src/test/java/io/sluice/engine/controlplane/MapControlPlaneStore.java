package io.sluice.engine.controlplane;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A control plane state in memory; two of them are equal when they hold the same. */
final class MapControlPlaneStore implements ControlPlaneStore {
    private Summary summary = Summary.EMPTY;
    private AccessState access = AccessState.EMPTY;
    final Map<Long, Proposal> proposals = new TreeMap<>();
    final Map<Long, Revision> revisions = new TreeMap<>();
    /** How often anything was put or removed. */
    long writes;

    @Override
    public Summary summary() {
        return summary;
    }

    @Override
    public void putSummary(Summary next) {
        writes++;
        summary = next;
    }

    @Override
    public @Nullable Proposal proposal(long id) {
        return proposals.get(id);
    }

    @Override
    public void putProposal(Proposal proposal) {
        writes++;
        proposals.put(proposal.id(), proposal);
    }

    @Override
    public void removeProposal(long id) {
        writes++;
        proposals.remove(id);
    }

    @Override
    public @Nullable Revision revision(long number) {
        return revisions.get(number);
    }

    @Override
    public void putRevision(Revision revision) {
        writes++;
        revisions.put(revision.number(), revision);
    }

    @Override
    public void removeRevision(long number) {
        writes++;
        revisions.remove(number);
    }

    @Override
    public AccessState access() {
        return access;
    }

    @Override
    public void putAccess(AccessState next) {
        writes++;
        access = next;
    }

    @Override
    public String toString() {
        return summary + " " + proposals + " " + revisions + " " + access;
    }
}
