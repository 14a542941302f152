package io.sluice.schemas.control;

/**
 * "From here on, judge by this ruleset."
 *
 * @param revision grows with every activation; a partition ignores one that it already has or has passed
 * @param documentJson the ruleset document as JSON text
 * @param author who put it in force
 * @param reason why
 */
public record RulesetActivation(long revision, String documentJson, String author, String reason) {
    /** Bound on the document: what fits into one record of the request topic beside its envelope. */
    public static final int DOCUMENT_CHARS_MAX = 400_000;
}
