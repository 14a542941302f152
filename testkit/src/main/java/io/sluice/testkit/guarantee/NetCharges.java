package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.RequestMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * G3: the sum of {@code charged} over all records is what was taken and kept. Tokens that a record gives back were
 * charged by the record that opened the hold or the lease. They are given back once, and what stays charged is what the
 * settlement says was kept.
 */
final class NetCharges {
    private static final String ID = "G3 NetCharges";

    private final Map<String, Long> chargedByHold = new HashMap<>();

    /** Checks the records of one partition, in their order. */
    void checkRecords(List<? extends DecisionRecord> recordsInOrderOfOnePartition) {
        for (DecisionRecord record : recordsInOrderOfOnePartition) {
            if (record instanceof Decision decision && !decision.details().replayed()) {
                open(decision.details().held().reservationId(), decision.charged());
                if (decision.lent() != null) {
                    open(decision.decisionId(), decision.charged() == 0 ? 0 : decision.granted());
                }
            } else if (record instanceof LeaseRecord lease) {
                open(lease.decisionId(), lease.charged());
            } else if (record instanceof SettlementRecord end
                    && !end.settlement().slots()) {
                close(end.settlement().holdId(), end, end.settlement().kept());
            } else if (record instanceof LeaseReportRecord report
                    && report.outcome() != LeaseReportRecord.Outcome.LATE
                    && report.leaseId() != null) {
                close(report.leaseId(), report, report.spent());
            } else if (record.charged() < 0 && !isRefund(record)) {
                throw new AssertionError(ID + " is broken: it gives back, and ends nothing: " + record);
            }
        }
    }

    /** A refund gives back what no hold holds. */
    private static boolean isRefund(DecisionRecord record) {
        if (record instanceof BatchDecision batch) {
            return batch.request().checks().get(0).mode() == RequestMode.REFUND;
        }
        return record instanceof Decision decision && decision.request().mode() == RequestMode.REFUND;
    }

    private void open(@Nullable String id, long charged) {
        if (id != null) {
            chargedByHold.put(id, charged);
        }
    }

    private void close(String id, DecisionRecord end, long kept) {
        Long charged = chargedByHold.remove(id);
        if (charged == null) {
            throw new AssertionError(ID + " is broken: it ends twice, or was never opened: " + end);
        }
        // Where no enforced limit can take tokens back, all stay charged.
        long net = charged + end.charged();
        boolean over = end instanceof SettlementRecord settled
                && settled.settlement().cost() > settled.settlement().reserved();
        if ((end.charged() > 0 && !over) || net < 0 || (end.charged() != 0 && net != kept)) {
            throw new AssertionError(
                    ID + " is broken: " + charged + " charged, " + kept + " kept, but net " + net + " at " + end);
        }
    }
}
