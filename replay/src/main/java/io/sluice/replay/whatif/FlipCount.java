package io.sluice.replay.whatif;

/** Counts the verdicts of one account that flip, in the order of its log. */
final class FlipCount {
    private final String account;
    private final String tier;
    private final long firstMillis;
    private Amounts newlyDenied = Amounts.NONE;
    private Amounts newlyAllowed = Amounts.NONE;
    private long refusedSinceMillis = -1;
    private long longestRefusedMillis;

    FlipCount(String account, String tier, long firstMillis) {
        this.account = account;
        this.tier = tier;
        this.firstMillis = firstMillis;
    }

    void newlyDenied(Amounts amounts, long nowMillis) {
        newlyDenied = newlyDenied.plus(amounts);
        if (refusedSinceMillis < 0) {
            refusedSinceMillis = nowMillis;
        }
        longestRefusedMillis = Math.max(longestRefusedMillis, nowMillis - refusedSinceMillis);
    }

    void newlyAllowed(Amounts amounts) {
        newlyAllowed = newlyAllowed.plus(amounts);
        refusedSinceMillis = -1;
    }

    /** The candidate allows something. */
    void allowed() {
        refusedSinceMillis = -1;
    }

    AccountFlips flips() {
        return new AccountFlips(account, tier, newlyDenied, newlyAllowed, firstMillis, longestRefusedMillis);
    }
}
