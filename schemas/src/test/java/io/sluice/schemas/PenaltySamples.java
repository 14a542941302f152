package io.sluice.schemas;

import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.VerdictDetailsBuilder;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Samples of penalties: in decisions, and in the audit trail. */
final class PenaltySamples {
    private PenaltySamples() {}

    static Map<String, DecisionRecord> decisions() {
        AdmissionRequest request = request();
        Map<String, DecisionRecord> samples = new LinkedHashMap<>();
        samples.put(
                "decision-penalty",
                new Decision(
                        "3-31",
                        request,
                        0,
                        details(VerdictCode.DENY, "penalty")
                                .retryAfterMillis(600_000L)
                                .action(ExceedAction.CHALLENGE)
                                .penalty(new Penalty(
                                        "stuffing",
                                        "acmé/alice",
                                        true,
                                        2,
                                        3,
                                        "challenge",
                                        1_700_000_600_000L,
                                        /* begunBy= */ null))
                                .build()));
        samples.put(
                "decision-penalty-shadow",
                new Decision(
                        "3-32",
                        request,
                        1,
                        details(VerdictCode.ALLOW, "within-limits")
                                .retryAfterMillis(0L)
                                .penalty(new Penalty(
                                        "invented", null, false, 1, 1, "deny", 1_700_000_060_000L, /* begunBy= */ null))
                                .build()));
        samples.put(
                "decision-penalty-begun",
                new Decision(
                        "3-33",
                        request,
                        0,
                        details(VerdictCode.DENY, "penalty")
                                .retryAfterMillis(600_000L)
                                .action(ExceedAction.CHALLENGE)
                                .penalty(new Penalty(
                                        "stuffing", "acmé/alice", true, 2, 3, "challenge", 1_700_000_600_000L, "3-30"))
                                .build()));
        return samples;
    }

    private static VerdictDetailsBuilder details(VerdictCode code, String reasonCode) {
        return VerdictDetails.of(code)
                .reasonCode(reasonCode)
                .reason("in words")
                .tier("free")
                .rulesetRevision(7)
                .limits(List.of())
                .tags(List.of())
                .decidedAtMillis(1_700_000_000_000L);
    }

    static Map<String, AuditEntry> audit() {
        Map<String, AuditEntry> samples = new LinkedHashMap<>();
        samples.put(
                "audit-penalty-started",
                entry("20 denials in 60000 ms", "acmé/alice", /* effect= */ "deny", /* enforced= */ true));
        samples.put("audit-penalty-ended", entry("it was over", /* clientId= */ null, /* effect= */ null, false));
        samples.put(
                "audit-penalty-lifted",
                new AuditEntry(
                        0,
                        1_700_000_000_000L,
                        "login",
                        "captcha passed",
                        new AuditEntry.PenaltyLifted("c0ffee-1", "acmé", "acmé/alice", "stuffing", 2, "3-30")));
        return samples;
    }

    private static AuditEntry entry(
            String reason, @Nullable String clientId, @Nullable String effect, boolean enforced) {
        return new AuditEntry(
                0,
                1_700_000_000_000L,
                "sluice",
                reason,
                new AuditEntry.PenaltyChanged("acmé", clientId, "stuffing", effect, 2, 1_700_000_060_000L, enforced));
    }

    private static AdmissionRequest request() {
        try {
            return AdmissionRequest.of("acmé/alice").build();
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }
}
