package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import org.junit.jupiter.api.Test;

final class LocalLimitCountsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LocalLimitCounts counts = new LocalLimitCounts(registry, 2);

    private void answered(VerdictCode code, String limit) {
        counts.answered(VerdictDetails.of(code)
                .decidingLimit(LimitStatus.of(limit, "acme/ada").build())
                .build());
    }

    private double count(String limit, String answer) {
        return registry.get("sluice.client.local.limits")
                .tags("limit", limit, "answer", answer)
                .counter()
                .count();
    }

    @Test
    void shouldCountByLimit_andWhatIsBeyondTheBoundAsOther() {
        // Given / When
        answered(VerdictCode.ALLOW, "a");
        answered(VerdictCode.DENY, "a");
        answered(VerdictCode.DENY, "a");
        counts.answered(VerdictDetails.of(VerdictCode.ALLOW).build());
        answered(VerdictCode.DENY, "c");
        answered(VerdictCode.DENY, "d");

        // Then
        assertThat(count("a", "allow")).isEqualTo(1);
        assertThat(count("a", "deny")).isEqualTo(2);
        assertThat(count("none", "allow")).isEqualTo(1);
        assertThat(count("other", "deny")).isEqualTo(2);
        assertThat(registry.get("sluice.client.local.limits.named").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void shouldMakeRoom_whenRulesChange() {
        // Given
        answered(VerdictCode.DENY, "a");
        answered(VerdictCode.DENY, "b");

        // When
        counts.rulesChanged();
        answered(VerdictCode.DENY, "c");

        // Then
        assertThat(count("c", "deny")).isEqualTo(1);
        assertThat(registry.find("sluice.client.local.limits").tag("limit", "a").counters())
                .isEmpty();
    }
}
