package io.sluice.schemas.wide;

/**
 * A message of one request partition to another, or to itself: the signed payload of a control record.
 *
 * <p>Its content is a function of the sender's log up to the record at {@link #offset}. So after a crash the same
 * messages are sent again, in the same order, and the receiver takes each once: it passes over what is not above the
 * last {@link #sequence} of that sender.
 */
public sealed interface PartitionMessage permits TravellingRequest, VoucherEnds {
    /** The partition that sent it. */
    int from();

    /** The offset of the sender's record that it comes of. */
    long offset();

    /** The partition that it is for. */
    int to();

    /** Its number among all messages of its sender: one record leads to one message of each type at the most. */
    long sequence();
}
