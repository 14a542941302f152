package io.sluice.schemas.reply;

/** The ID of one decision: the position of its request in the log. */
public record DecisionId(int partition, long offset) {
    /** The name on the wire. */
    public String text() {
        return partition + "-" + offset;
    }
}
