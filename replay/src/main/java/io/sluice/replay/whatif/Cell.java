package io.sluice.replay.whatif;

/** What two rulesets say of the same requests. */
public record Cell(Amounts bothAllow, Amounts newlyDenied, Amounts newlyAllowed, Amounts bothDeny) {
    public static final Cell NONE = new Cell(Amounts.NONE, Amounts.NONE, Amounts.NONE, Amounts.NONE);

    static Cell of(boolean baseAllows, boolean candidateAllows, Amounts amounts) {
        return new Cell(
                baseAllows && candidateAllows ? amounts : Amounts.NONE,
                baseAllows && !candidateAllows ? amounts : Amounts.NONE,
                !baseAllows && candidateAllows ? amounts : Amounts.NONE,
                !baseAllows && !candidateAllows ? amounts : Amounts.NONE);
    }

    public Cell plus(Cell other) {
        return new Cell(
                bothAllow.plus(other.bothAllow),
                newlyDenied.plus(other.newlyDenied),
                newlyAllowed.plus(other.newlyAllowed),
                bothDeny.plus(other.bothDeny));
    }

    /** All of it. */
    public Amounts all() {
        return bothAllow.plus(newlyDenied).plus(newlyAllowed).plus(bothDeny);
    }

    /** Whether any verdict flips. */
    public boolean hasFlips() {
        return newlyDenied.requests() + newlyAllowed.requests() > 0;
    }
}
