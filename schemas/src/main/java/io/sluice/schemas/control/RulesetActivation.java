package io.sluice.schemas.control;

/**
 * "From here on, judge by this ruleset."
 *
 * @param revision 1..{@link #REVISION_MAX}, one more with every activation; a partition ignores one that it already has
 *     or has passed
 * @param documentJson the ruleset document as JSON text
 * @param author who put it in force
 * @param reason why
 */
public record RulesetActivation(long revision, String documentJson, String author, String reason) {
    /** The last revision: what every JSON reader takes for a whole number. */
    public static final long REVISION_MAX = (1L << 53) - 1;

    /** Bound on the document: what fits into one record of the request topic beside its envelope. */
    public static final int DOCUMENT_CHARS_MAX = 400_000;
}
