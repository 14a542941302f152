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

    /**
     * Its number among all messages of its sender. One record leads to one travelling request at the most, and after it
     * to messages about vouchers.
     */
    long sequence();

    /** Messages that one record may lead to: far more than its leases can end. */
    int OF_RECORD_MAX = 1 << 20;

    /** The largest offset that has a sequence. */
    long OFFSET_MAX = Long.MAX_VALUE / OF_RECORD_MAX - 1;

    /** The number of one of the messages that a record leads to. */
    static long sequence(long offset, int number) {
        return offset * OF_RECORD_MAX + number;
    }

    /** Whether a sequence is that of a travelling request: its caller waits. For the ends of vouchers nobody does. */
    static boolean isRequest(long sequence) {
        return Math.floorMod(sequence, (long) OF_RECORD_MAX) == 0;
    }
}
