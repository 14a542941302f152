package io.sluice.schemas.reply;

import io.sluice.schemas.request.ClientId;
import java.util.List;
import java.util.Locale;

/**
 * The end of a hold.
 *
 * @param clientId the client that had the hold
 * @param holdId the decision ID of the admission that opened the hold
 * @param slots whether it held slots of concurrency limits, and not a reservation
 * @param reserved the tokens that were held in each limit
 * @param cost the tokens of those that were kept; more than {@code reserved} if limits with an overdraft allow it
 * @param uncharged of the tokens beyond those reserved, how many the limit with the least room was not charged
 * @param decidedAtMillis the partition's time at its end, milliseconds since the epoch
 * @param rulesetRevision the revision in force at its end, 0 for none
 * @param replayed whether this repeats the answer to an earlier request; it then lists no limits
 * @param limits every limit to which tokens or slots could go back, in its state afterwards
 */
public record Settlement(
        Outcome outcome,
        ClientId clientId,
        String holdId,
        boolean slots,
        long reserved,
        long cost,
        long uncharged,
        long decidedAtMillis,
        long rulesetRevision,
        boolean replayed,
        List<LimitStatus> limits) {

    public Settlement {
        limits = List.copyOf(limits);
    }

    /** The same without the limits, for a record in which they would not fit. */
    public Settlement withoutLimits() {
        return new Settlement(
                outcome,
                clientId,
                holdId,
                slots,
                reserved,
                cost,
                uncharged,
                decidedAtMillis,
                rulesetRevision,
                replayed,
                List.of());
    }

    /** The same as the answer to a repeated request. */
    public Settlement repeated() {
        return new Settlement(
                outcome,
                clientId,
                holdId,
                slots,
                reserved,
                cost,
                uncharged,
                decidedAtMillis,
                rulesetRevision,
                /* replayed= */ true,
                List.of());
    }

    /** How it ended. */
    public enum Outcome {
        COMMITTED,
        CANCELLED,
        RELEASED,
        /** It was not settled in time; everything went back. */
        EXPIRED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** The tokens that went back to each limit. */
    public long returned() {
        return Math.max(0, reserved - cost);
    }

    /** The tokens that stay charged to the limit that was charged least. */
    public long kept() {
        return cost - uncharged;
    }
}
