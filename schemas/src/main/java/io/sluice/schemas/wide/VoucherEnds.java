package io.sluice.schemas.wide;

import java.util.List;

/** What became of vouchers, for the partition that gave them out. */
public record VoucherEnds(int from, long offset, int to, List<VoucherEnd> ends) implements PartitionMessage {
    public VoucherEnds {
        ends = List.copyOf(ends);
    }

    @Override
    public long sequence() {
        return 2 * offset;
    }

    /**
     * The end of one voucher.
     *
     * @param returned tokens that are given back: all, or none if they are kept
     */
    public record VoucherEnd(String limitId, ChargeVoucher voucher, long returned) {}
}
