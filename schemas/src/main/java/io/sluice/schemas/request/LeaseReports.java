package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lease reports of several clients of one request partition, in one record: it has no key, and goes to the partition of
 * all its accounts. They count in their order, as if each were a record of its own.
 */
public record LeaseReports(List<LeaseReport> reports) implements Request {
    /** The name of the member that has them. */
    public static final String NAME = "reports";
    /** The most reports in one record. */
    public static final int REPORTS_MAX = 256;

    public LeaseReports {
        reports = List.copyOf(reports);
        if (reports.isEmpty() || reports.size() > REPORTS_MAX) {
            throw new IllegalArgumentException("reports: " + reports.size() + " (expected: 1.." + REPORTS_MAX + ")");
        }
    }

    /**
     * Checked reports.
     *
     * @throws WireException if there are none, or too many
     */
    public static LeaseReports checked(List<LeaseReport> reports) throws WireException {
        if (reports.isEmpty() || reports.size() > REPORTS_MAX) {
            throw new WireException(NAME, reports.size() + " reports (expected: 1.." + REPORTS_MAX + ")");
        }
        return new LeaseReports(reports);
    }

    /** They are of several clients. */
    @Override
    public @Nullable ClientId clientId() {
        return null;
    }
}
