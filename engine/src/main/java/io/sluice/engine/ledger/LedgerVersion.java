package io.sluice.engine.ledger;

/**
 * The version of the rules in the code by which the ledger of a partition decides.
 *
 * <p>Two apps that decide the same log must come to the same verdicts, also while one of them is newer. So a change
 * of what is decided comes under the next number. A newer app knows both, and uses the old one until a record of the
 * log activates the new one. So all apps change at the same offset.
 *
 * <pre>
 *   if (version.isAtLeast(LedgerVersion.ROUNDS_UP)) { ... } else { ...as before... }
 * </pre>
 *
 * @param number from {@link #FIRST} on
 */
public record LedgerVersion(int number) {
    /** What every partition begins with. */
    public static final LedgerVersion FIRST = new LedgerVersion(1);

    /** The newest that this code knows. It also knows all before it. */
    public static final LedgerVersion NEWEST = FIRST;

    public LedgerVersion {
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: at least 1)");
        }
    }

    /** Whether what came with another version is in force. */
    public boolean isAtLeast(LedgerVersion other) {
        return number >= other.number;
    }
}
