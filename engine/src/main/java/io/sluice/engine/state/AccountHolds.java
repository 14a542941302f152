package io.sluice.engine.state;

import io.sluice.engine.bucket.Bounds;

/**
 * The counts of an account's open holds, in one small value, so that an account without holds costs one look-up and
 * no scan.
 *
 * @param reservations open reservations
 * @param slots open holds of slots
 * @param leases open leases
 * @param earliestExpiryMillis no open hold expires before this moment; it may be too early, never too late
 */
public record AccountHolds(int reservations, int slots, int leases, long earliestExpiryMillis) {
    /** Reservations that one account can have open at once. */
    public static final int RESERVATIONS_MAX = 1_000;
    /** Admissions with slots that one account can have in flight at once, whatever its limits say. */
    public static final int SLOTS_MAX = 10_000;
    /** Leases that front ends can have of one account at once. */
    public static final int LEASES_MAX = 10_000;
    /**
     * The most buckets that one hold gives tokens back to, in the order of the ruleset; its tokens in further buckets
     * are spent, or expire.
     */
    public static final int BUCKETS_MAX = 1_000;

    public static final AccountHolds NONE = new AccountHolds(0, 0, 0, Long.MAX_VALUE);

    public AccountHolds {
        Bounds.within("reservations", reservations, 0, RESERVATIONS_MAX);
        Bounds.within("slots", slots, 0, SLOTS_MAX);
        Bounds.within("leases", leases, 0, LEASES_MAX);
        if (reservations == 0 && slots == 0 && leases == 0) {
            earliestExpiryMillis = Long.MAX_VALUE;
        }
    }

    /** Open holds of this kind. */
    public int count(HoldKind kind) {
        return switch (kind) {
            case RESERVATION -> reservations;
            case SLOTS -> slots;
            case LEASE -> leases;
        };
    }

    /** Whether one more hold of this kind is possible. */
    public boolean hasRoomFor(HoldKind kind) {
        return switch (kind) {
            case RESERVATION -> reservations < RESERVATIONS_MAX;
            case SLOTS -> slots < SLOTS_MAX;
            case LEASE -> leases < LEASES_MAX;
        };
    }

    public AccountHolds opened(HoldKind kind, long expiresAtMillis) {
        return counted(kind, 1, Math.min(earliestExpiryMillis, expiresAtMillis));
    }

    /** Never fewer than none: one hold more than is counted must not refuse the account's requests for ever. */
    public AccountHolds closed(HoldKind kind) {
        return count(kind) == 0 ? this : counted(kind, -1, earliestExpiryMillis);
    }

    public AccountHolds withEarliest(long newEarliestExpiryMillis) {
        return new AccountHolds(reservations, slots, leases, newEarliestExpiryMillis);
    }

    private AccountHolds counted(HoldKind kind, int more, long earliestMillis) {
        return switch (kind) {
            case RESERVATION -> new AccountHolds(reservations + more, slots, leases, earliestMillis);
            case SLOTS -> new AccountHolds(reservations, slots + more, leases, earliestMillis);
            case LEASE -> new AccountHolds(reservations, slots, leases + more, earliestMillis);
        };
    }
}
