package io.sluice.engine.ledger;

import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import java.util.List;

/**
 * The end of one hold.
 *
 * @param clientId the client that held it
 * @param reserved the tokens that were held in each bucket
 * @param cost the tokens that were kept of them; more than that if limits with an overdraft let the client keep more
 * @param uncharged of the tokens beyond those that were held, how many the limit with the least room was not charged
 * @param atMillis the partition's time at its end
 * @param revision the ruleset revision in force at its end
 * @param limits every limit that can get tokens back, as it stands afterwards; empty in a repeated answer. One that was
 *     in shadow when the hold was opened is not enforced here: what it took was counted nowhere
 * @param returnsWide whether a wide limit that is enforced gets back what was not kept
 */
public record HoldSettlement(
        HoldKey key,
        String clientId,
        HoldOutcome outcome,
        long reserved,
        long cost,
        long uncharged,
        long atMillis,
        long revision,
        List<LimitOutcome> limits,
        boolean returnsWide) {

    public HoldSettlement {
        limits = List.copyOf(limits);
    }

    /** Whether what was not kept was given back to a limit that is enforced; otherwise it was counted nowhere. */
    public boolean returnsCharged() {
        return returnsWide || limits.stream().anyMatch(LimitOutcome::enforced);
    }

    /** The tokens that were given back to each bucket. */
    public long returned() {
        return Math.max(0, reserved - cost);
    }
}
