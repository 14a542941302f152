package io.sluice.schemas.control;

/**
 * A record that puts a ruleset in force.
 *
 * @param revision 1..{@link #REVISION_MAX}, one more with every activation; a partition ignores one that it already has
 *     or has passed
 * @param documentJson the ruleset document as JSON text
 * @param author who put it in force
 * @param reason why
 */
public record RulesetActivation(long revision, String documentJson, String author, String reason)
        implements RulesRecord {
    /** The last revision: the largest whole number that every JSON reader reads exactly. */
    public static final long REVISION_MAX = (1L << 53) - 1;

    /**
     * The longest document: 400 characters for each of 10,000 limits. A long one is packed in records. If it still
     * does not fit into a record of the request topic, the rules writer refuses it.
     */
    public static final int DOCUMENT_CHARS_MAX = 4_000_000;
}
