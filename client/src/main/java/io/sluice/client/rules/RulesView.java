package io.sluice.client.rules;

import io.sluice.client.accounts.AccountHistory;
import io.sluice.schemas.control.AuditEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rulesets according to the audit trail: in force, proposed and earlier ones. Updated entry by entry; any thread
 * may read it.
 *
 * <p>Bounded: the youngest {@link #REVISIONS_MAX} revisions and {@link #PROPOSALS_MAX} proposals with their documents,
 * and {@link #ENTRIES_MAX} entries without. Older ones are in the log.
 */
public final class RulesView {
    public static final int REVISIONS_MAX = 64;
    public static final int PROPOSALS_MAX = 64;
    public static final int ENTRIES_MAX = 10_000;

    private final TreeMap<Long, Proposal> proposals = new TreeMap<>();
    private final TreeMap<Long, Revision> revisions = new TreeMap<>();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final AccountHistory accounts = new AccountHistory();
    private final AccessView access = new AccessView();
    private final PenaltyView penalties = new PenaltyView();
    private long sequence;
    private long active;
    private boolean complete;

    /** The status of a proposal; {@code STALE}: another revision came in between, so it cannot be activated. */
    public enum Status {
        OPEN,
        APPROVED,
        REJECTED,
        ACTIVATED,
        STALE
    }

    /** A proposal as it stands. */
    public record Proposal(
            long id,
            long baseRevision,
            String author,
            String reason,
            long atMillis,
            Status status,
            KeptDocument document) {
        Proposal with(Status next) {
            return new Proposal(id, baseRevision, author, reason, atMillis, next, document);
        }

        /** The document as JSON text. */
        public String documentJson() {
            return document.json();
        }
    }

    /**
     * A revision.
     *
     * @param how {@code activated} or {@code rolled-back}
     * @param of the proposal that was activated, or the revision that was rolled back to
     */
    public record Revision(
            long number,
            String how,
            @Nullable Long of,
            String author,
            String reason,
            long atMillis,
            KeptDocument document) {

        /** The document as JSON text. */
        public String documentJson() {
            return document.json();
        }
    }

    /**
     * A line of the audit trail; the document, if it has one, is that of its proposal or revision.
     *
     * @param offset of its record in the audit topic
     */
    public record Entry(
            long sequence,
            long atMillis,
            String principal,
            String reason,
            String action,
            @Nullable Long proposalId,
            @Nullable Long revision,
            @Nullable Long fromRevision,
            @Nullable Long accessId,
            long offset) {}

    /**
     * Takes the next entry; one that is known already, or comes too early, changes nothing.
     *
     * @param offset of its record in the audit topic
     */
    public synchronized void apply(AuditEntry entry, long offset) {
        AuditEntry.Action action = entry.action();
        if (action instanceof AuditEntry.AccountChanged changed) {
            accounts.add(entry, changed);
            penalties.changed(changed);
        } else if (action instanceof AuditEntry.PenaltyChanged changed) {
            penalties.changed(entry, changed, offset);
        } else if (action instanceof AuditEntry.PenaltyLifted lifted) {
            penalties.lifted(lifted);
        } else if (entry.sequence() > sequence) {
            applyNext(entry, offset);
        }
    }

    private void applyNext(AuditEntry entry, long offset) {
        sequence = entry.sequence();
        AuditEntry.Action action = entry.action();
        Long proposalId = null;
        if (action instanceof AuditEntry.Proposed proposed) {
            proposalId = proposed.proposalId();
            add(entry, proposed);
        } else if (action instanceof AuditEntry.Approved approved) {
            proposalId = approved.proposalId();
            mark(proposalId, Status.APPROVED);
        } else if (action instanceof AuditEntry.Rejected rejected) {
            proposalId = rejected.proposalId();
            mark(proposalId, Status.REJECTED);
        } else if (action instanceof AuditEntry.AccessAdded added) {
            access.add(entry, added);
        } else if (action instanceof AuditEntry.AccessRemoved removed) {
            access.remove(entry, removed);
        } else if (action instanceof AuditEntry.InForce inForce) {
            if (inForce instanceof AuditEntry.Activated activated) {
                proposalId = activated.proposalId();
                mark(proposalId, Status.ACTIVATED);
            }
            putInForce(entry, inForce, proposalId);
        }
        remember(entry, proposalId, offset);
    }

    private void add(AuditEntry entry, AuditEntry.Proposed proposed) {
        if (proposals.size() >= PROPOSALS_MAX) {
            Iterator<Proposal> oldestFirst = proposals.values().iterator();
            boolean removed = false;
            while (!removed && oldestFirst.hasNext()) {
                Status status = shown(oldestFirst.next()).status();
                if (status != Status.OPEN && status != Status.APPROVED) {
                    oldestFirst.remove();
                    removed = true;
                }
            }
        }
        proposals.put(
                proposed.proposalId(),
                new Proposal(
                        proposed.proposalId(),
                        proposed.baseRevision(),
                        entry.principal(),
                        entry.reason(),
                        entry.atMillis(),
                        Status.OPEN,
                        KeptDocument.of(proposed.documentJson())));
        while (proposals.size() > PROPOSALS_MAX) {
            proposals.pollFirstEntry();
        }
    }

    private void mark(long id, Status status) {
        proposals.computeIfPresent(id, (same, proposal) -> proposal.with(status));
    }

    private void putInForce(AuditEntry entry, AuditEntry.InForce inForce, @Nullable Long proposalId) {
        Long of = inForce instanceof AuditEntry.RolledBack rolledBack
                ? Long.valueOf(rolledBack.fromRevision())
                : proposalId;
        active = inForce.revision();
        revisions.put(
                active,
                new Revision(
                        active,
                        inForce.wireName(),
                        of,
                        entry.principal(),
                        entry.reason(),
                        entry.atMillis(),
                        KeptDocument.of(inForce.documentJson())));
        while (revisions.size() > REVISIONS_MAX) {
            revisions.pollFirstEntry();
        }
    }

    private void remember(AuditEntry entry, @Nullable Long proposalId, long offset) {
        AuditEntry.Action action = entry.action();
        entries.addFirst(new Entry(
                entry.sequence(),
                entry.atMillis(),
                entry.principal(),
                entry.reason(),
                action.wireName(),
                proposalId,
                action instanceof AuditEntry.InForce inForce ? Long.valueOf(inForce.revision()) : null,
                action instanceof AuditEntry.RolledBack rolledBack ? Long.valueOf(rolledBack.fromRevision()) : null,
                accessId(action),
                offset));
        if (entries.size() > ENTRIES_MAX) {
            entries.removeLast();
        }
    }

    private static @Nullable Long accessId(AuditEntry.Action action) {
        if (action instanceof AuditEntry.AccessAdded added) {
            return added.entryId();
        }
        return action instanceof AuditEntry.AccessRemoved removed ? Long.valueOf(removed.entryId()) : null;
    }

    private Proposal shown(Proposal proposal) {
        boolean undecided = proposal.status() == Status.OPEN || proposal.status() == Status.APPROVED;
        return undecided && proposal.baseRevision() != active ? proposal.with(Status.STALE) : proposal;
    }

    /** The changes of accounts. */
    public AccountHistory accounts() {
        return accounts;
    }

    /** The access entries. */
    public AccessView access() {
        return access;
    }

    /** The penalties that began. */
    public PenaltyView penalties() {
        return penalties;
    }

    /** Notes that the log was read to where it ended at the start. */
    public synchronized void completed() {
        complete = true;
    }

    /** Whether the log was read to where it ended at the start; before that, nothing here is worth showing. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** The last entry that was folded; 0 for none. */
    public synchronized long sequence() {
        return sequence;
    }

    /** The revision in force; 0 for none. */
    public synchronized long activeRevision() {
        return active;
    }

    public synchronized @Nullable Revision revision(long number) {
        return revisions.get(number);
    }

    public synchronized @Nullable Proposal proposal(long id) {
        Proposal proposal = proposals.get(id);
        return proposal == null ? null : shown(proposal);
    }

    /** Proposals, youngest first. */
    public synchronized List<Proposal> proposals(long before, int countMax) {
        return youngest(proposals, before, countMax).stream().map(this::shown).toList();
    }

    /** Revisions, youngest first. */
    public synchronized List<Revision> revisions(long before, int countMax) {
        return youngest(revisions, before, countMax);
    }

    private static <T> List<T> youngest(TreeMap<Long, T> byNumber, long before, int countMax) {
        Map<Long, T> older = byNumber.headMap(before, /* inclusive= */ false).descendingMap();
        return older.values().stream().limit(countMax).toList();
    }

    /** Entries of the audit trail, youngest first. */
    public synchronized List<Entry> entries(long before, int countMax) {
        List<Entry> page = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.sequence() < before && page.size() < countMax) {
                page.add(entry);
            }
        }
        return page;
    }
}
