package io.sluice.engine.bucket;

/**
 * All charges to a token bucket that wait for their verdicts, in four numbers, however many charges there are. They
 * prevent that a token is given back twice.
 *
 * @param fromSlotId the first of them; earlier ones can give nothing back any more
 * @param tokens the tokens of all open charges
 * @param marginTokens the smallest difference, since the first, between what was missing from the bucket and what was
 *     open. Below 0, that many open tokens have flowed back already.
 * @param marginParts parts of one token that the margin is smaller, as in {@link TokenState}
 */
public record OpenCharges(long fromSlotId, long tokens, long marginTokens, long marginParts) {
    /*
     * Without its open charges A(s), a bucket with the shortfall X(s) would be fuller by all of A, but for what would
     * have flowed over the brim meanwhile (Skorokhod's reflection of a queue):
     *
     *   worth of all = A - max(0, max over s of A(s) - X(s))  = A + min(0, margin)
     *
     * As long as the margin is not negative, every charge is worth all that it took, in any order. A negative margin
     * says how much has flowed back; nobody knows whose tokens they were, so the first that are given back pay for it:
     *
     *   give back c:   worth = max(0, c - lost), lost = max(0, -margin)     margin grows by what was not given
     *
     * No selection of charges gets more than it would be worth alone, since each selection's A(s) is at most A(s). What
     * is kept leaves the margin as it is, or at -A: no more can have flowed back than is open.
     *
     * Worked example, burst 500, own limits that admit 5 of a burst of 500 requests:
     *   500 charges of 1    missing 500   open 500   margin 0
     *   5 are kept          missing 500   open 495   margin 0
     *   495 are given back  missing 5     open 0
     * The same where 100 tokens flow back before the verdicts: missing 400, margin -100. The first 100 of the 495 give
     * nothing back, and in the end 5 are missing. Without the 495, those 5 would have flowed back: what is kept may be
     * taken for open once, which is against the charges, never for them.
     *
     * Unlike HeldMarks, which knows each charge's own worth, it does not matter here how many charges there are. But it
     * matters when they end: so this is for ends that are records of the log.
     */

    /** No charge is open, or none is worth anything. */
    public static final OpenCharges NONE = new OpenCharges(0, 0, 0, 0);

    public OpenCharges {
        Bounds.within("fromSlotId", fromSlotId, 0, Long.MAX_VALUE);
        Bounds.within("tokens", tokens, 0, Long.MAX_VALUE);
        Bounds.within("marginTokens", marginTokens, -tokens, TokenState.USED_TOKENS_MAX);
        Bounds.within("marginParts", marginParts, 0, marginTokens == -tokens ? 0 : Rate.PERIOD_MILLIS_MAX - 1);
    }

    public boolean isNone() {
        return tokens == 0;
    }

    /** The same with one more charge, which has left this shortfall. */
    OpenCharges opened(long slotId, long charged, Shortfall shortfall) {
        return isNone()
                ? having(slotId, charged, shortfall.tokens() - charged, shortfall.parts())
                : new OpenCharges(fromSlotId, tokens + charged, marginTokens, marginParts);
    }

    /** The same after the bucket has filled up to this shortfall. */
    OpenCharges filledTo(Shortfall shortfall) {
        if (isNone() || shortfall.isNone()) {
            return NONE;
        }
        long margin = shortfall.tokens() - tokens;
        boolean less = margin < marginTokens || (margin == marginTokens && shortfall.parts() > marginParts);
        return less ? having(fromSlotId, tokens, margin, shortfall.parts()) : this;
    }

    /** No more can have flowed back than is open. */
    private static OpenCharges having(long fromSlotId, long tokens, long marginTokens, long marginParts) {
        return marginTokens <= -tokens
                ? new OpenCharges(fromSlotId, tokens, -tokens, 0)
                : new OpenCharges(fromSlotId, tokens, marginTokens, marginParts);
    }

    /** The same for a bucket whose limit, and so the size of a part, has changed: rounded against the charges. */
    OpenCharges carriedTo(Shortfall shortfall) {
        long margin = marginParts == 0 ? marginTokens : marginTokens - 1;
        return isNone() ? NONE : having(fromSlotId, tokens, margin, 0).filledTo(shortfall.roundedDown());
    }

    private boolean hasLost() {
        return marginTokens < 0 || (marginTokens == 0 && marginParts > 0);
    }

    /** What a charge is worth of which so many tokens are given back. */
    Shortfall worth(long slotId, long returned) {
        if (slotId < fromSlotId || returned > tokens || (hasLost() && returned + marginTokens <= 0)) {
            return Shortfall.NONE;
        }
        return hasLost() ? new Shortfall(returned + marginTokens, marginParts) : Shortfall.ofTokens(returned);
    }

    /** The same once a charge has ended, and {@link #worth} has been given back. */
    OpenCharges closed(long slotId, long charged, long returned) {
        if (slotId < fromSlotId) {
            return this;
        }
        if (charged >= tokens) {
            return NONE;
        }
        long open = tokens - charged;
        if (!hasLost()) {
            return new OpenCharges(fromSlotId, open, marginTokens, marginParts);
        }
        return worth(slotId, returned).isNone()
                ? having(fromSlotId, open, marginTokens + returned, marginParts)
                : new OpenCharges(fromSlotId, open, 0, 0);
    }
}
