package io.sluice.testkit.oracle;

import io.sluice.schemas.reply.LeaseReportRecord;

/**
 * The expected end of one lease, or one expected count of denials.
 *
 * @param noticed whether it must have been noticed; if no later record of its account brings up an expiry, only the
 *     clean-up notices it, sooner or later
 */
record ExpectedLeaseReport(LeaseReportRecord record, boolean noticed) {

    /** Its unique name: the record that reported it, or the lease that expired. */
    String name() {
        return name(record);
    }

    static String name(LeaseReportRecord record) {
        return record.decisionId() == null
                ? "expiry of lease " + record.leaseId()
                : "lease report " + record.decisionId() + (record.entry() == 0 ? "" : ", entry " + record.entry());
    }
}
