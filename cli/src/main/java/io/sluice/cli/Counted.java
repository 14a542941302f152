package io.sluice.cli;

/** Counts of things in lines for a person: "1 account", "2 accounts". */
public final class Counted {
    private Counted() {}

    /**
     * A count and its noun.
     *
     * @param one the noun for one thing; its plural ends in s
     */
    public static String of(long count, String one) {
        return count + " " + one + (count == 1 ? "" : "s");
    }
}
