package io.sluice.schemas.wide;

import java.util.List;

/**
 * What became of vouchers, for the partition that gave them out.
 *
 * @param part its number among such messages of one record, from 0 on: more ends than {@link #ENDS_MAX} are several
 */
public record VoucherEnds(int from, long offset, int to, int part, List<VoucherEnd> ends) implements PartitionMessage {
    /** The most ends in one message. */
    public static final int ENDS_MAX = 64;

    public VoucherEnds {
        ends = List.copyOf(ends);
    }

    @Override
    public long sequence() {
        return PartitionMessage.sequence(offset, 1 + part);
    }

    /**
     * The end of one voucher.
     *
     * @param voucher with the tokens that were open before
     * @param returned tokens that are given back
     * @param open tokens that stay open, until the lease ends that has them; the rest is kept
     */
    public record VoucherEnd(String limitId, ChargeVoucher voucher, long returned, long open) {}
}
