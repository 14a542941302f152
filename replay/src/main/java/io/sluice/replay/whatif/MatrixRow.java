package io.sluice.replay.whatif;

import java.util.Comparator;

/**
 * What a row of the matrix is about.
 *
 * @param tier the account's tier under the base
 * @param cause the limit that refuses, under the candidate or else under the base; {@code (deny-listed)} and the like
 *     if something else does; empty if nothing does
 */
public record MatrixRow(String tier, String cause) implements Comparable<MatrixRow> {
    /** Stands for all rows beyond the bound. */
    public static final MatrixRow OTHER = new MatrixRow("(other)", "(other)");

    private static final Comparator<MatrixRow> ORDER =
            Comparator.comparing(MatrixRow::tier).thenComparing(MatrixRow::cause);

    @Override
    public int compareTo(MatrixRow other) {
        return ORDER.compare(this, other);
    }
}
