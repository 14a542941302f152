package io.sluice.testkit.oracle;

import io.sluice.schemas.reply.LeaseReportRecord;

/**
 * What must have become of one lease, or of one count of denials.
 *
 * @param noticed whether it must have been noticed; an expiry that no later record of its account brings up is noticed
 *     by the clean-up only, sooner or later
 */
record ExpectedLeaseReport(LeaseReportRecord record, boolean noticed) {

    /** Names it among all of them: by the record that told it, or by the lease that expired. */
    String name() {
        return name(record);
    }

    static String name(LeaseReportRecord record) {
        return record.decisionId() == null
                ? "expiry of lease " + record.leaseId()
                : "lease report " + record.decisionId();
    }
}
