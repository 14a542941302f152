package io.sluice.api.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted limit by limit, for how long, and how much of it is kept. */
final class LimitTrafficTest {
    private static final long MINUTE_MILLIS = 60_000;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private long nowMillis = 1_000_000;
    private final LimitTraffic traffic = new LimitTraffic(registry, nowMillis);

    private static LimitStatus limit(String id, long remaining, long limit) {
        return LimitStatus.of(id, "")
                .limit(limit)
                .remaining(remaining)
                .retryAfterMillis(remaining == 0 ? 500L : 0L)
                .build();
    }

    private static VerdictDetails verdict(LimitStatus... limits) {
        return VerdictDetails.of(VerdictCode.ALLOW).limits(List.of(limits)).build();
    }

    private LimitUse.Counts counts(String id) {
        return traffic.rows(List.of(id)).get(0).counts();
    }

    private void pass(int minutes) {
        for (int i = 0; i < minutes; i++) {
            nowMillis += MINUTE_MILLIS;
            traffic.moveTo(nowMillis);
        }
    }

    @Test
    void shouldCountAnswersRefusalsAndAccounts_ofEachLimit() {
        // Given
        LimitStatus inShadow =
                limit("shadow", 0, 10).toBuilder().enforced(false).build();

        // When: an account with plenty, one near the limit, and one that is refused twice
        traffic.take("plenty", verdict(limit("calls", 90, 100), inShadow));
        traffic.take("near", verdict(limit("calls", 20, 100)));
        traffic.take("refused", verdict(limit("calls", 0, 100)));
        traffic.take("refused", verdict(limit("calls", 0, 100)));
        traffic.take(
                "replayed",
                verdict(limit("calls", 0, 100)).toBuilder().replayed(true).build());
        traffic.take("nobody", null);

        // Then
        assertThat(counts("calls")).isEqualTo(new LimitUse.Counts(4, 2, 0, 3, 3, 2, 633));
        assertThat(counts("shadow")).isEqualTo(new LimitUse.Counts(1, 0, 1, 1, 1, 1, 1_000));
        assertThat(traffic.rows(List.of("other", "calls")))
                .extracting(LimitTraffic.Row::id)
                .containsExactly("calls");
        assertThat(traffic.refusingMost(1)).extracting(LimitTraffic.Row::id).containsExactly("calls");
        assertThat(traffic.refusingMost(9)).extracting(LimitTraffic.Row::id).containsExactly("calls", "shadow");
    }

    @Test
    void shouldForget_whatIsOlderThanTheWindow() {
        // Given
        traffic.take("early", verdict(limit("calls", 0, 100), limit("rare", 5, 10)));
        pass(5);
        traffic.take("late", verdict(limit("calls", 90, 100)));
        pass(4);
        assertThat(counts("calls")).isEqualTo(new LimitUse.Counts(2, 1, 0, 2, 2, 1, 550));

        // When the first is older than ten minutes
        pass(2);

        // Then
        assertThat(counts("calls")).isEqualTo(new LimitUse.Counts(1, 0, 0, 1, 1, 0, 100));
        assertThat(traffic.rows(List.of("rare"))).isEmpty();
        assertThat(traffic.tracked()).isEqualTo(1);
    }

    @Test
    void shouldEstimateAccounts_whenThereAreMoreThanTheSample() {
        // Given a fifth of many accounts near the limit
        int accounts = 20_000;
        for (int i = 0; i < accounts; i++) {
            traffic.take("account-" + i, verdict(limit("calls", i % 5 == 0 ? 10 : 90, 100)));
        }

        // When
        LimitUse.Counts counts = counts("calls");

        // Then: within what a sample of a hundred can be off by, five times over
        assertThat(counts.sampled()).isEqualTo(LimitUse.ACCOUNTS_MAX);
        assertThat(counts.accounts()).isBetween(accounts / 2L, accounts * 2L);
        assertThat(counts.near()).isBetween(2, 42);

        // When they are silent, and others come
        pass(11);
        for (int i = 0; i < 7; i++) {
            traffic.take("other-" + i, verdict(limit("calls", 90, 100)));
        }

        // Then these are known exactly
        assertThat(counts("calls")).isEqualTo(new LimitUse.Counts(7, 0, 0, 7, 7, 0, 100));
    }

    @Test
    void shouldStayBounded_whenThereAreTooManyLimits() {
        // Given
        for (int i = 0; i < LimitTraffic.LIMITS_MAX; i++) {
            traffic.take("acme", verdict(limit("limit-" + i, 5, 10)));
        }

        // When
        traffic.take("acme", verdict(limit("one-more", 5, 10), limit("limit-7", 5, 10)));

        // Then
        assertThat(traffic.rows(List.of("one-more"))).isEmpty();
        assertThat(counts("limit-7").answered()).isEqualTo(2);
        assertThat(traffic.untracked()).isEqualTo(1);
        assertThat(registry.get("sluice.http.limits.untracked")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sluice.http.limits.tracked").gauge().value()).isEqualTo(LimitTraffic.LIMITS_MAX);

        // When they are silent for long enough
        pass(11);
        traffic.take("acme", verdict(limit("one-more", 5, 10)));

        // Then there is room
        assertThat(counts("one-more").answered()).isEqualTo(1);
    }
}
