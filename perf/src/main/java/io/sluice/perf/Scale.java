package io.sluice.perf;

/** How much is measured. */
public enum Scale {
    /** Enough to see that everything runs; the figures mean nothing. */
    QUICK,
    /** Enough for figures to be compared. */
    FULL;

    public int pick(int quick, int full) {
        return this == QUICK ? quick : full;
    }
}
