package io.sluice.streams.store;

import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.LedgerStore.HoldVisitor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The open holds of one partition in order of expiry; those of recently used accounts are in memory.
 *
 * <p>Reading them as a range of the store would first need all changes written, and would pass the tombstones of
 * ended holds. That would be most of the cost of a lease. So the range is read once, and then kept up to date in
 * memory.
 */
final class DueHolds {
    /** Holds kept in memory, about 100 bytes each. */
    static final int KEPT_MAX = 50_000;
    /** Accounts kept in memory, those without holds included. */
    static final int ACCOUNTS_MAX = 10_000;
    /** An account with more holds of one kind than this is read from the store. */
    static final int OF_ACCOUNT_MAX = 1_000;

    private static final byte[] DUE = {1};

    private final PartitionStore store;
    private final Map<Owner, NavigableSet<Due>> known = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
    private int kept;

    DueHolds(PartitionStore store) {
        this.store = store;
    }

    private record Owner(String account, HoldKind kind) {
        private static Owner of(HoldKey key) {
            return new Owner(key.account(), key.kind());
        }
    }

    private record Due(long expiresAtMillis, long offset) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byExpiry = Long.compare(expiresAtMillis, other.expiresAtMillis);
            return byExpiry == 0 ? Long.compare(offset, other.offset) : byExpiry;
        }
    }

    void open(HoldKey key, long expiresAtMillis) {
        store.put(StateKeys.due(key, expiresAtMillis), DUE);
        Owner owner = Owner.of(key);
        NavigableSet<Due> dues = known.get(owner);
        if (dues != null && dues.add(new Due(expiresAtMillis, key.offset()))) {
            kept++;
            holdToBounds(owner, dues);
        }
    }

    void close(HoldKey key, long expiresAtMillis) {
        store.put(StateKeys.due(key, expiresAtMillis), null);
        NavigableSet<Due> dues = known.get(Owner.of(key));
        if (dues != null && dues.remove(new Due(expiresAtMillis, key.offset()))) {
            kept--;
        }
    }

    /**
     * Visits the open holds of one account and kind in the order of expiry and offset, until the visitor stops.
     */
    void visit(String account, HoldKind kind, HoldVisitor visitor) {
        Owner owner = new Owner(account, kind);
        NavigableSet<Due> dues = known.get(owner);
        if (dues == null) {
            dues = load(owner);
        }
        if (dues == null) {
            visitStored(owner, visitor);
            return;
        }
        for (Due due : dues) {
            if (!visitor.visit(new HoldKey(account, kind, due.offset), due.expiresAtMillis)) {
                return;
            }
        }
    }

    /** Holds in memory. */
    int kept() {
        return kept;
    }

    /** Reads the holds of an account into memory; null if they are too many. */
    private @Nullable NavigableSet<Due> load(Owner owner) {
        NavigableSet<Due> dues = new TreeSet<>();
        visitStored(
                owner,
                (key, expiresAtMillis) ->
                        dues.add(new Due(expiresAtMillis, key.offset())) && dues.size() <= OF_ACCOUNT_MAX);
        if (dues.size() > OF_ACCOUNT_MAX) {
            return null;
        }
        known.put(owner, dues);
        kept += dues.size();
        holdToBounds(owner, dues);
        return dues;
    }

    private void visitStored(Owner owner, HoldVisitor visitor) {
        Bytes first = StateKeys.firstDueOf(owner.account, owner.kind);
        try (KeyValueIterator<Bytes, byte[]> entries =
                store.range(first, StateKeys.endOfDueOf(owner.account, owner.kind))) {
            boolean goOn = true;
            while (goOn && entries.hasNext()) {
                byte[] key = entries.next().key.get();
                goOn = visitor.visit(StateKeys.dueHold(key), StateKeys.dueMillis(key));
            }
        }
    }

    /** Drops the account from memory if it has too many holds, then the accounts longest unused. */
    private void holdToBounds(Owner owner, NavigableSet<Due> dues) {
        if (dues.size() > OF_ACCOUNT_MAX) {
            known.remove(owner);
            kept -= dues.size();
        }
        Iterator<NavigableSet<Due>> eldest = known.values().iterator();
        while (kept > KEPT_MAX || known.size() > ACCOUNTS_MAX) {
            kept -= eldest.next().size();
            eldest.remove();
        }
    }
}
