package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.request.ReplyAddress;
import java.util.Collection;
import java.util.Map;

/** Compares leases and their ends with what the oracle expects; every message names the lease. */
final class LeaseDifferences {
    private LeaseDifferences() {}

    static void assertRecords(Map<String, ExpectedLease> expectedById, Collection<LeaseRecord> records) {
        SeenOnce seen = new SeenOnce("lease ");
        for (LeaseRecord record : records) {
            String id = record.decisionId();
            ExpectedLease expected = seen.expected(id, expectedById.get(id), record);
            assertThat(record.request().admission())
                    .as("lease %s: request", id)
                    .isEqualTo(expected.request().admission());
            assertThat(record.request().prefetchTokens())
                    .as("lease %s: prefetch", id)
                    .isEqualTo(expected.request().prefetchTokens());
            assertThat(record.granted())
                    .as("lease %s: granted", id)
                    .isEqualTo(expected.result().tokens());
            assertThat(record.charged())
                    .as("lease %s: charged", id)
                    .isEqualTo(expected.result().decided().outcome().charged());
            assertThat(ReplyMapping.actual(record.details()))
                    .as("lease %s", id)
                    .isEqualTo(ReplyMapping.expected(
                            id, false, expected.result().decided().outcome()));
        }
        seen.assertNoneMissing("leases without a record", expectedById.keySet().stream());
    }

    static void assertReplies(Map<String, ExpectedLease> expectedById, Collection<LeaseReply> replies) {
        for (LeaseReply reply : replies) {
            String id = reply.decisionId();
            ExpectedLease expected = expectedById.get(id);
            ReplyAddress address = expected == null ? null : expected.reply();
            if (expected == null || address == null) {
                fail("lease %s: expected no answer but was %s", id, reply);
                return;
            }
            assertThat(reply.correlationId()).as("lease %s: correlation ID", id).isEqualTo(address.correlationId());
            assertThat(reply.tokens())
                    .as("lease %s: tokens", id)
                    .isEqualTo(expected.result().tokens());
            assertThat(reply.ttlMillis())
                    .as("lease %s: time", id)
                    .isEqualTo(expected.result().ttlMillis());
            assertThat(ReplyMapping.actual(reply.details()))
                    .as("lease %s", id)
                    .isEqualTo(ReplyMapping.expected(
                            id, false, expected.result().decided().outcome()));
        }
    }

    static void assertReports(Map<String, ExpectedLeaseReport> expectedByName, Collection<LeaseReportRecord> records) {
        SeenOnce seen = new SeenOnce("");
        for (LeaseReportRecord record : records) {
            String name = ExpectedLeaseReport.name(record);
            ExpectedLeaseReport expected = seen.expected(name, expectedByName.get(name), record);
            assertThat(record.with(/* newTraffic= */ null)).as(name).isEqualTo(expected.record());
        }
        seen.assertNoneMissing(
                "missing ends of leases",
                expectedByName.values().stream()
                        .filter(ExpectedLeaseReport::noticed)
                        .map(ExpectedLeaseReport::name));
    }
}
