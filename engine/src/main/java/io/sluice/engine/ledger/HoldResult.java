package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.wide.WideEnd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision of a {@link Ledger} on a {@link HoldAction}. */
public sealed interface HoldResult {

    /** The hold ends; {@link Ledger#apply(Settling)} makes the changes. */
    record Ended(HoldSettlement settlement, Settling changes) implements HoldResult {}

    /** The answer that was given before; changes nothing. */
    record Repeated(HoldSettlement settlement) implements HoldResult {}

    /** This client has no hold of that name: it never had one, or the hold has expired or ended. */
    record NotFound() implements HoldResult {}

    /** The client wants to keep more than is held; changes nothing. */
    record AboveReservation(long reserved) implements HoldResult {}

    /**
     * The changes that the end of holds of one account makes, all or none.
     *
     * @param credits what is given back to credits or taken from them, or null
     * @param ends what becomes of tokens that the holds have of wide buckets
     */
    record Settling(
            String account,
            AccountHolds holds,
            List<BucketChange> buckets,
            List<Closing> closings,
            @Nullable CreditChange credits,
            List<WideEnd> ends) {
        public Settling {
            buckets = List.copyOf(buckets);
            closings = List.copyOf(closings);
            ends = List.copyOf(ends);
        }
    }

    /**
     * One hold that is no longer open.
     *
     * @param settled the stored settlement; null for nothing
     */
    record Closing(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {}

    /**
     * Holds of one account whose time is over.
     *
     * @param settlements in the order of their ends
     */
    record Due(List<HoldSettlement> settlements, @Nullable Settling changes) {
        public static final Due NOTHING = new Due(List.of(), null);

        public Due {
            settlements = List.copyOf(settlements);
        }

        /** Whether owners of wide buckets must get a message. Only a record of the log may cause one. */
        public boolean hasEnds() {
            return changes != null && !changes.ends().isEmpty();
        }
    }
}
