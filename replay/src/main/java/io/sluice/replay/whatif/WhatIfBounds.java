package io.sluice.replay.whatif;

/**
 * What a comparison keeps of each partition; everything is counted, whatever is kept.
 *
 * @param accountsMax accounts whose verdicts flip, kept one by one
 * @param bucketsMax buckets of each limit whose highest share is kept
 * @param rowsMax rows of the matrix: tiers times limits
 */
public record WhatIfBounds(int accountsMax, int bucketsMax, int rowsMax) {
    /** For most logs. */
    public static final WhatIfBounds STANDARD = new WhatIfBounds(100_000, 1_000_000, 10_000);

    public WhatIfBounds {
        if (accountsMax < 1 || bucketsMax < 1 || rowsMax < 1) {
            throw new IllegalArgumentException("bounds: " + accountsMax + " accounts, " + bucketsMax + " buckets, "
                    + rowsMax + " rows (expected: at least 1 of each)");
        }
    }
}
