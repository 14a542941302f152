package io.sluice.perf;

/** How much is measured. */
public enum Scale {
    /** Enough to see that everything runs; the figures mean nothing. */
    SMOKE,
    /** Enough for a first impression. */
    QUICK,
    /** Enough for figures to be compared. */
    STANDARD,
    /** Everything that is worth knowing, for as long as it takes. */
    FULL;

    public int pick(int smoke, int quick, int standard) {
        return switch (this) {
            case SMOKE -> smoke;
            case QUICK -> quick;
            case STANDARD, FULL -> standard;
        };
    }
}
