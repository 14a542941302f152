package io.sluice.schemas.reply;

/** The name of one decision: where its request lies in the log. */
public record DecisionId(int partition, long offset) {
    /** The name on the wire. */
    public String text() {
        return partition + "-" + offset;
    }
}
