package io.sluice.schemas;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sample records of leases, and of what front ends answer by themselves. */
final class LeaseSamples {
    private static final DecisionId LEASE = new DecisionId(3, 30);
    private static final LimitStatus OPEN = LimitStatus.of("per-client", "acmé/alice")
            .limit(1_000)
            .remaining(316)
            .windowMillis(60_000)
            .resetAfterMillis(41_040)
            .nextTokenMillis(60)
            .retryAfterMillis(0L)
            .build();
    private static final LimitStatus SHUT = LimitStatus.of("per-account", "")
            .limit(5_000)
            .windowMillis(5_000)
            .resetAfterMillis(5_000)
            .nextTokenMillis(1)
            .retryAfterMillis(1L)
            .build();

    private LeaseSamples() {}

    private static AdmissionRequest taking() {
        return SampleRecords.built(AdmissionRequest.of("acmé/alice").cost(2)).taking(new LeaseTerms(1_000_000, 10_000));
    }

    private static AdmissionRequest takingComing() {
        return SampleRecords.built(AdmissionRequest.of("acmé/alice").cost(2))
                .taking(new LeaseTerms(1_000_000, 10_000, 2_500));
    }

    static Map<String, RequestRecord> requests(ReplyAddress reply) {
        Map<String, RequestRecord> samples = new LinkedHashMap<>();
        samples.put(
                "request-admission-exact",
                SampleRecords.built(AdmissionRequest.of("acmé/alice").exact(true))
                        .repliedTo(reply));
        samples.put("request-admission-lease", taking().repliedTo(reply));
        samples.put("request-admission-lease-coming", takingComing().repliedTo(reply));
        samples.put("request-lease", asking().repliedTo(reply));
        samples.put("request-lease-for-callers", waiting().repliedTo(reply));
        samples.put("request-lease-report", told(LEASE, 90, 45, 2).repliedTo(null));
        samples.put("request-lease-report-of-denials", told(null, 0, 0, 17).repliedTo(null));
        samples.put(
                "request-lease-reports",
                new LeaseReports(List.of(told(LEASE, 90, 45, 2), told(null, 0, 0, 17))).repliedTo(null));
        return samples;
    }

    static Map<String, Reply> replies() {
        Map<String, Reply> samples = new LinkedHashMap<>();
        samples.put(
                "reply-verdict-lease",
                Verdict.details("c0ffee-2", "3-30", null, granted()).lending(new LeaseTerms(24, 10_000)));
        samples.put(
                "reply-verdict-lease-coming",
                Verdict.details("c0ffee-2", "3-30", null, granted()).lending(new LeaseTerms(24, 10_000, 2_400)));
        samples.put(
                "reply-verdict-lease-of-nothing",
                Verdict.details("c0ffee-2", "3-31", null, refused()).lending(new LeaseTerms(0, 10_000)));
        samples.put("reply-lease-granted", new LeaseReply("c0ffee-2", "3-30", 104, 1_000, granted()));
        samples.put("reply-lease-refused", new LeaseReply("c0ffee-2", "3-31", 0, 0, refused()));
        samples.put("reply-lease-not-leasable", new LeaseReply("c0ffee-2", "3-35", 0, 0, notLeasable()));
        samples.put("reply-revocation", new Revocation(3, 40, null));
        samples.put("reply-revocation-account", new Revocation(3, Long.MAX_VALUE, "acmé"));
        return samples;
    }

    static Map<String, DecisionRecord> decisions() {
        Map<String, DecisionRecord> samples = new LinkedHashMap<>();
        samples.put("decision-lending", new Decision("3-30", taking(), 26, granted(), new LeaseTerms(24, 10_000)));
        samples.put(
                "decision-lending-coming",
                new Decision("3-30", takingComing(), 26, granted(), new LeaseTerms(24, 10_000, 2_400)));
        samples.put("decision-lease-granted", new LeaseRecord("3-30", asking(), 104, 104, granted()));
        samples.put("decision-lease-refused", new LeaseRecord("3-31", waiting(), 0, 0, refused()));
        samples.put(
                "decision-lease-report-returned",
                report("3-32", LeaseReportRecord.Outcome.RETURNED, LEASE, 104, told(LEASE, 90, 45, 2)));
        samples.put(
                "decision-lease-report-expired",
                new LeaseReportRecord(
                        null,
                        LeaseReportRecord.Outcome.EXPIRED,
                        SampleRecords.clientId("acmé/alice"),
                        "3-30",
                        104,
                        104,
                        0,
                        1_700_000_001_000L,
                        7,
                        null));
        samples.put(
                "decision-lease-report-late",
                report("3-33", LeaseReportRecord.Outcome.LATE, LEASE, 90, told(LEASE, 90, 45, 0)));
        samples.put(
                "decision-lease-report-none",
                report("3-34", LeaseReportRecord.Outcome.NONE, null, 0, told(null, 0, 0, 17)));
        samples.put(
                "decision-lease-report-entry",
                report("3-34", LeaseReportRecord.Outcome.NONE, null, 0, told(null, 0, 0, 17))
                        .at(2));
        samples.put(
                "decision-lease-report-traffic",
                report("3-34", LeaseReportRecord.Outcome.NONE, null, 0, told(null, 0, 0, 17))
                        .with(new LeaseReportRecord.Traffic("free", "/v1/orders", List.of("per-client", "in-all"))));
        return samples;
    }

    private static VerdictDetails granted() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(OPEN)
                .retryAfterMillis(0L)
                .limits(List.of(OPEN))
                .build();
    }

    private static VerdictDetails refused() {
        return VerdictDetails.of(VerdictCode.DENY)
                .reasonCode("limit-exceeded")
                .reason("limit per-account has 0 of 5000 tokens left")
                .decidedAtMillis(1_700_000_000_001L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(SHUT)
                .retryAfterMillis(1L)
                .limits(List.of(OPEN, SHUT))
                .build();
    }

    private static VerdictDetails notLeasable() {
        return VerdictDetails.of(VerdictCode.DENY)
                .reasonCode("not-leasable")
                .reason("only the ledger answers such requests")
                .decidedAtMillis(1_700_000_000_002L)
                .rulesetRevision(7)
                .tier("free")
                .limits(List.of(OPEN))
                .build();
    }

    private static LeaseReportRecord report(
            String decisionId,
            LeaseReportRecord.Outcome outcome,
            @Nullable DecisionId leaseId,
            long granted,
            LeaseReport told) {
        return new LeaseReportRecord(
                decisionId,
                outcome,
                told.admission().clientId(),
                leaseId == null ? null : leaseId.text(),
                granted,
                told.spentTokens(),
                told.spentTokens() - granted,
                1_700_000_000_500L,
                7,
                told);
    }

    private static LeaseRequest asking() {
        return lease(admission().cost(4), 100, 1_000);
    }

    /** For callers that wait, and for nobody else; what is longest and most is allowed. */
    private static LeaseRequest waiting() {
        return lease(AdmissionRequest.of("acme").cost(AdmissionRequest.COST_MAX), 0, LeaseRequest.TTL_MILLIS_MAX);
    }

    private static AdmissionRequest.Builder admission() {
        return AdmissionRequest.of("acmé/alice")
                .route(new Route("GET", "/v1/orders", "api.example.com"))
                .attribute("region", "eu")
                .priority(Priority.HIGH);
    }

    private static LeaseRequest lease(AdmissionRequest.Builder admission, long prefetchTokens, long ttlMillis) {
        try {
            return LeaseRequest.checked(admission.build(), prefetchTokens, ttlMillis);
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    private static LeaseReport told(@Nullable DecisionId leaseId, long spentTokens, long allowed, long denied) {
        try {
            return LeaseReport.checked(admission().cost(0).build(), leaseId, spentTokens, allowed, denied);
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }
}
