package io.sluice.engine.state;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.wide.WideVoucher;
import java.util.List;

/** The stored state of one hold: it is open, or, for a while, how it was settled. */
public sealed interface HoldEntry {

    /**
     * One bucket that an admission charged.
     *
     * @param credits what its credits paid of the cost, in the order of use
     */
    record HeldBucket(String limitId, String scope, List<CreditCharge> credits) {
        public HeldBucket {
            credits = List.copyOf(credits);
        }

        /** A bucket that paid all of the cost. */
        public HeldBucket(String limitId, String scope) {
            this(limitId, scope, List.of());
        }
    }

    /**
     * Tokens of a lease that a wide bucket was charged.
     *
     * @param limitId the limit of the bucket
     * @param voucher with the tokens that the lease has
     */
    record HeldVoucher(String limitId, WideVoucher voucher) {}

    /**
     * A hold that nobody has settled.
     *
     * @param clientId the client that owns the hold; only it may settle the hold
     * @param cost the tokens that were taken from each bucket
     * @param atMillis when they were taken
     * @param expiresAtMillis the partition's time from which on it is settled by itself
     * @param revision the ruleset revision that took them
     * @param settingsVersion the version of the account's settings at that time, as in {@link StoredBucket}
     * @param buckets the buckets of the account they were taken from
     * @param vouchers those of wide buckets; only a lease has any
     */
    record Open(
            String clientId,
            long cost,
            long atMillis,
            long expiresAtMillis,
            long revision,
            long settingsVersion,
            List<HeldBucket> buckets,
            List<HeldVoucher> vouchers)
            implements HoldEntry {
        /** A hold of tokens that are all of the account's own limits. */
        public Open(
                String clientId,
                long cost,
                long atMillis,
                long expiresAtMillis,
                long revision,
                long settingsVersion,
                List<HeldBucket> buckets) {
            this(clientId, cost, atMillis, expiresAtMillis, revision, settingsVersion, buckets, List.of());
        }

        /** A hold of an account whose profile has never changed how its limits count. */
        public Open(
                String clientId,
                long cost,
                long atMillis,
                long expiresAtMillis,
                long revision,
                List<HeldBucket> buckets) {
            this(clientId, cost, atMillis, expiresAtMillis, revision, 0, buckets);
        }

        public Open {
            Bounds.within("cost", cost, 0, Long.MAX_VALUE);
            Bounds.within("expiresAtMillis", expiresAtMillis, atMillis + 1, Long.MAX_VALUE);
            buckets = List.copyOf(buckets);
            vouchers = List.copyOf(vouchers);
        }
    }

    /**
     * The memory of a hold that its client settled, so that a repeated request gets the same answer.
     *
     * @param reserved the tokens that were held in each bucket
     * @param cost the tokens that were kept
     * @param uncharged how many of them the limit with the least room was not charged
     * @param expiresAtMillis the partition's time from which on this is forgotten
     */
    record Settled(
            String clientId,
            HoldOutcome outcome,
            long reserved,
            long cost,
            long uncharged,
            long settledAtMillis,
            long revision,
            long expiresAtMillis)
            implements HoldEntry {
        public Settled {
            Bounds.within("cost", cost, 0, Long.MAX_VALUE);
            Bounds.within("uncharged", uncharged, 0, Math.max(0, cost - reserved));
        }
    }
}
