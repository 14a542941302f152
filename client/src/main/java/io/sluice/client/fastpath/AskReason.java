package io.sluice.client.fastpath;

/** Why a request went to the ledger, although this front end answers most by itself. */
enum AskReason {
    /** Only the ledger may answer it: it is exact, holds something, or waits. */
    ONLY_LEDGER("only-ledger"),
    /** Nothing is known of its key: it is new, or what was known is over. */
    NOTHING_KNOWN("nothing-known"),
    /** A lease is known, and cannot pay for it. */
    USED_UP("used-up"),
    /** A denial was repeated until now, and a token may be there. */
    DENIAL_OVER("denial-over"),
    /** A lease could answer it, but only a verdict brings the next one. */
    RENEWAL("renewal"),
    /** The ledger lends nothing to its key, or did not answer a moment ago. */
    NOT_LENT("not-lent"),
    /** It has waited for another request, whose answer could not serve it. */
    WAITED("waited"),
    /** Too many keys are tracked, or too many callers wait for its key. */
    NO_ROOM("no-room");

    private final String label;

    AskReason(String label) {
        this.label = label;
    }

    /** The value of the label in metrics. */
    String label() {
        return label;
    }
}
