package io.sluice.schemas;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.RequestRecord;
import java.util.List;
import java.util.Map;

/** Samples of what accounts for something that is done. */
final class MeteringSamples {
    private static final LimitStatus IN_DEBT = LimitStatus.of("tokens", "")
            .limit(100)
            .windowMillis(100_000)
            .resetAfterMillis(150_000)
            .nextTokenMillis(51_000)
            .retryAfterMillis(0L)
            .cost(400L)
            .charged(150L)
            .build();
    private static final LimitStatus REFUNDED = LimitStatus.of("tokens", "")
            .limit(100)
            .remaining(100)
            .windowMillis(100_000)
            .retryAfterMillis(0L)
            .cost(400L)
            .charged(-150L)
            .build();

    /** 60 of its own, and 40 of 1,000 on top. */
    private static final LimitStatus CREDITED = LimitStatus.of("tokens", "")
            .limit(100)
            .remaining(960)
            .windowMillis(100_000)
            .resetAfterMillis(100_000)
            .nextTokenMillis(1_000)
            .retryAfterMillis(0L)
            .cost(100L)
            .charged(100L)
            .creditRemaining(960L)
            .creditCharged(40L)
            .build();

    /** 3 tokens above the limit, 7 of its grace left. */
    private static final LimitStatus GRACED = LimitStatus.of("tokens", "")
            .limit(100)
            .windowMillis(100_000)
            .resetAfterMillis(103_000)
            .nextTokenMillis(4_000)
            .retryAfterMillis(0L)
            .debt(3L)
            .graceRemaining(7L)
            .build();

    private MeteringSamples() {}

    static Map<String, RequestRecord> requests(ReplyAddress reply) {
        return Map.of(
                "request-charge", charge().repliedTo(reply),
                "request-refund", refund().repliedTo(null));
    }

    static Map<String, Reply> replies() {
        return Map.of(
                "reply-verdict-charged", Verdict.details("c0ffee-1", "3-40", null, charged()),
                "reply-verdict-credited", Verdict.details("c0ffee-1", "3-43", null, credited()),
                "reply-verdict-graced", Verdict.details("c0ffee-1", "3-44", null, graced()));
    }

    static Map<String, DecisionRecord> decisions() {
        return Map.of(
                "decision-charged", new Decision("3-40", charge(), 150, charged()),
                "decision-refunded", new Decision("3-41", refund(), -150, refunded()),
                "decision-credited", new Decision("3-43", charge(), 100, credited()),
                "decision-graced", new Decision("3-44", check(), 5, graced()),
                "decision-settlement-over", new SettlementRecord("3-42", over()));
    }

    /** 100 were reserved, 500 used; 150 more could be charged. */
    private static Settlement over() {
        return new Settlement(
                Settlement.Outcome.COMMITTED,
                SampleRecords.clientId("acmé/alice"),
                "3-39",
                false,
                100,
                500,
                250,
                1_700_000_000_500L,
                7,
                false,
                List.of(IN_DEBT));
    }

    private static AdmissionRequest charge() {
        return SampleRecords.built(AdmissionRequest.of("acmé/alice")
                .cost(400)
                .mode(RequestMode.CHARGE)
                .idempotencyKey("key-1"));
    }

    private static AdmissionRequest refund() {
        return SampleRecords.built(AdmissionRequest.of("acmé/alice").cost(400).mode(RequestMode.REFUND));
    }

    private static VerdictDetails charged() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("charged-in-part")
                .reason("limit tokens was charged 150 of 400 tokens; its bucket is as far below empty as it may be")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(IN_DEBT)
                .retryAfterMillis(0L)
                .limits(List.of(IN_DEBT))
                .uncharged(250)
                .build();
    }

    private static VerdictDetails refunded() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("refunded")
                .reason("150 tokens given back at most, of 400")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(REFUNDED)
                .retryAfterMillis(0L)
                .limits(List.of(REFUNDED))
                .build();
    }

    private static AdmissionRequest check() {
        return SampleRecords.built(AdmissionRequest.of("acmé/alice").cost(5));
    }

    private static VerdictDetails graced() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-grace")
                .reason("limit tokens is exceeded by 3 tokens, within its grace of 10")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(GRACED)
                .retryAfterMillis(0L)
                .limits(List.of(GRACED))
                .build();
    }

    private static VerdictDetails credited() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("charged")
                .reason("charged 100 tokens to every limit that applies")
                .decidedAtMillis(1_700_000_000_000L)
                .rulesetRevision(7)
                .tier("free")
                .decidingLimit(CREDITED)
                .retryAfterMillis(0L)
                .limits(List.of(CREDITED))
                .build();
    }
}
