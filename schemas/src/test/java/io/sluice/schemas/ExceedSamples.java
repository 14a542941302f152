package io.sluice.schemas;

import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Priority;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sample records of limits that are exceeded, and of a caller that waits. */
final class ExceedSamples {
    private static final LimitStatus OPEN = LimitStatus.of("per-client", "acmé/alice")
            .limit(20)
            .remaining(19)
            .windowMillis(60_000)
            .resetAfterMillis(3_000)
            .nextTokenMillis(3_000)
            .retryAfterMillis(0L)
            .build();

    private ExceedSamples() {}

    static AdmissionRequest waiting() {
        try {
            return AdmissionRequest.of("acmé/alice")
                    .cost(5)
                    .maxWaitMillis(2_000)
                    .priority(Priority.HIGH)
                    .build();
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    private static LimitStatus exceeded(@Nullable Long retryAfterMillis, long delayMillis, ExceedAction action) {
        return new LimitStatus(
                "per-account", "", 5, 0, 5_000, 5_000, 1_000, retryAfterMillis, delayMillis, true, action, null, null);
    }

    static VerdictDetails throttled() {
        LimitStatus status = exceeded(0L, 1_000, ExceedAction.THROTTLE);
        return new VerdictDetails(
                VerdictCode.ALLOW,
                "throttled",
                "charged in advance; its tokens are there in 1000 ms",
                1_700_000_000_000L,
                7,
                "free",
                status,
                0L,
                1_000,
                false,
                List.of(status),
                HoldNames.NOTHING,
                null,
                ExceedAction.THROTTLE,
                List.of(),
                0,
                null);
    }

    static VerdictDetails tagged() {
        LimitStatus status = exceeded(1_000L, 0, ExceedAction.TAG);
        return new VerdictDetails(
                VerdictCode.ALLOW,
                "tagged",
                "let through uncharged by exceeded limits: per-account",
                1_700_000_000_000L,
                7,
                "free",
                status,
                0L,
                0,
                false,
                List.of(OPEN, status),
                HoldNames.NOTHING,
                null,
                ExceedAction.TAG,
                List.of("per-account"),
                0,
                null);
    }

    static VerdictDetails challenged() {
        LimitStatus status = exceeded(1_000L, 0, ExceedAction.CHALLENGE);
        return new VerdictDetails(
                VerdictCode.DENY,
                "challenged",
                "limit per-account has 0 of 5 tokens left, 1 asked for; enough in 1000 ms",
                1_700_000_000_000L,
                7,
                "free",
                status,
                1_000L,
                0,
                false,
                List.of(status),
                HoldNames.NOTHING,
                null,
                ExceedAction.CHALLENGE,
                List.of(),
                0,
                null);
    }
}
