package io.sluice.schemas.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The syntax of draft-ietf-httpapi-ratelimit-headers-10 over RFC 9651. */
final class RateLimitFieldsTest {
    private static final LimitStatus FULL = LimitStatus.of("burst", "")
            .limit(100)
            .remaining(100)
            .windowMillis(60_000)
            .retryAfterMillis(0L)
            .build();
    private static final LimitStatus USED = LimitStatus.of("daily", "")
            .limit(1_000)
            .remaining(999)
            .windowMillis(86_400_000)
            .resetAfterMillis(86_400)
            .nextTokenMillis(86_399)
            .retryAfterMillis(0L)
            .build();

    @Test
    void shouldListPoliciesAndStates_whenAllowed() {
        // Given
        VerdictDetails details = details(VerdictCode.ALLOW, 0L, USED, List.of(FULL, USED));

        // When
        Map<String, String> fields = RateLimitFields.of(details);

        // Then: a full bucket has no t, milliseconds round up
        assertThat(fields)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "RateLimit-Policy", "\"burst\";q=100;w=60, \"daily\";q=1000;w=86400",
                        "RateLimit", "\"burst\";r=100, \"daily\";r=999;t=87"));
    }

    @Test
    void shouldNotContradictRetryAfter_whenDenied() {
        // Given a limit that refused for 2.5 s, and one that did not but grows only in 87 s
        LimitStatus refused = LimitStatus.of("burst", "")
                .limit(100)
                .windowMillis(60_000)
                .resetAfterMillis(60_000)
                .nextTokenMillis(600)
                .retryAfterMillis(2_500L)
                .build();

        // When
        Map<String, String> fields =
                RateLimitFields.of(details(VerdictCode.DENY, 2_500L, refused, List.of(refused, USED)));

        // Then
        assertThat(fields)
                .containsEntry("Retry-After", "3")
                .containsEntry("RateLimit", "\"burst\";r=0;t=1, \"daily\";r=999");
    }

    @Test
    void shouldNamePoliciesOnce_whenABatchMetSeveralBucketsOfOneLimit() {
        // Given
        LimitStatus refused = LimitStatus.of("burst", "acme/a")
                .limit(100)
                .windowMillis(60_000)
                .resetAfterMillis(60_000)
                .nextTokenMillis(600)
                .retryAfterMillis(2_500L)
                .build();
        LimitStatus other = LimitStatus.of("burst", "acme/b")
                .limit(100)
                .remaining(70)
                .windowMillis(60_000)
                .resetAfterMillis(18_000)
                .nextTokenMillis(600)
                .retryAfterMillis(0L)
                .build();

        // When
        Map<String, String> fields =
                RateLimitFields.of(details(VerdictCode.DENY, 2_500L, refused, List.of(refused, USED, other)));

        // Then
        assertThat(fields).containsEntry("RateLimit", "\"burst\";r=0;t=1, \"daily\";r=999");
    }

    @Test
    void shouldLeaveRetryAfterOut_whenWaitingDoesNotHelp() {
        // Given
        LimitStatus never = LimitStatus.of("small", "")
                .limit(5)
                .remaining(5)
                .windowMillis(5_000)
                .build();

        // When
        Map<String, String> fields = RateLimitFields.of(details(VerdictCode.DENY, null, never, List.of(never)));

        // Then
        assertThat(fields)
                .containsOnlyKeys("RateLimit-Policy", "RateLimit")
                .containsEntry("RateLimit", "\"small\";r=5");
    }

    @Test
    void shouldSayNothing_whenNoLimitApplies() {
        // Given
        VerdictDetails details = details(VerdictCode.ALLOW, 0L, null, List.of());

        // When / Then
        assertThat(RateLimitFields.of(details)).isEmpty();
    }

    @Test
    void shouldStayWithinStructuredFields_whenNamesAndNumbersAreExtreme() {
        // Given
        long waitMillisMax = (1L << 53) - 1;
        LimitStatus extreme = LimitStatus.of("a\"b\\c\u00e9", "")
                .limit(1_000_000_000_000L)
                .windowMillis(999_999_999_999_999_999L)
                .resetAfterMillis(waitMillisMax)
                .nextTokenMillis(waitMillisMax)
                .retryAfterMillis(0L)
                .build();

        // When
        Map<String, String> fields = RateLimitFields.of(details(VerdictCode.ALLOW, 0L, extreme, List.of(extreme)));

        // Then
        assertThat(fields.get("RateLimit-Policy")).isEqualTo("\"a\\\"b\\\\c?\";q=1000000000000");
        assertThat(fields.get("RateLimit")).isEqualTo("\"a\\\"b\\\\c?\";r=0;t=9007199254741");
    }

    @Test
    void shouldNameAtLeastOneSecond_whenWindowIsShorter() {
        // Given
        LimitStatus fast = LimitStatus.of("fast", "")
                .limit(10)
                .remaining(10)
                .windowMillis(1)
                .retryAfterMillis(0L)
                .build();

        // When / Then
        assertThat(RateLimitFields.of(details(VerdictCode.ALLOW, 0L, fast, List.of(fast))))
                .containsEntry("RateLimit-Policy", "\"fast\";q=10;w=1");
    }

    @Test
    void shouldNameTheDecidingLimit_whenThereAreTooMany() {
        // Given
        List<LimitStatus> many = new ArrayList<>();
        for (int i = 0; i < RateLimitFields.LIMITS_MAX + 1; i++) {
            many.add(LimitStatus.of("l" + i, "")
                    .limit(10)
                    .remaining(10)
                    .windowMillis(1_000)
                    .retryAfterMillis(0L)
                    .build());
        }
        LimitStatus last = many.get(RateLimitFields.LIMITS_MAX);

        // When / Then
        assertThat(RateLimitFields.of(details(VerdictCode.ALLOW, 0L, last, many)))
                .containsEntry("RateLimit", "\"l16\";r=10");
    }

    private static VerdictDetails details(
            VerdictCode answer, Long retryAfterMillis, LimitStatus deciding, List<LimitStatus> limits) {
        return VerdictDetails.of(answer)
                .reasonCode("code")
                .reason("words")
                .decidedAtMillis(1)
                .rulesetRevision(1)
                .tier("free")
                .decidingLimit(deciding)
                .retryAfterMillis(retryAfterMillis)
                .limits(limits)
                .build();
    }
}
