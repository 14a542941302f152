package io.sluice.replay.whatif;

/**
 * The verdicts of one account that flip.
 *
 * @param firstMillis when the first one did
 * @param longestRefusedMillis the longest time from a newly denied request to the last one before something was
 *     allowed again
 */
public record AccountFlips(
        String account,
        String tier,
        Amounts newlyDenied,
        Amounts newlyAllowed,
        long firstMillis,
        long longestRefusedMillis) {}
