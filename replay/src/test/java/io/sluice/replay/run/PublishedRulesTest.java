package io.sluice.replay.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.TrafficLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PublishedRulesTest {
    private static final long HOUR_MILLIS = 3_600_000;

    private final ListLog log = new ListLog(3);
    private PublishedRules published;

    @BeforeEach
    void publish() {
        for (int revision = 1; revision <= 3; revision++) {
            log.publish(revision * HOUR_MILLIS, revision, TrafficLog.limits(revision));
        }
        published = new PublishedRules(log);
    }

    @Test
    void shouldLookOnce_whenPartitionsBeginUnderTheSameRules() throws Exception {
        // When
        StartRules first = published.at(2 * HOUR_MILLIS + 60_000);
        StartRules second = published.at(2 * HOUR_MILLIS + 90_000);

        // Then
        assertThat(first.revision()).isEqualTo(2);
        assertThat(first.ruleset()).contains("\\\"burst\\\":2");
        assertThat(second).isEqualTo(first);
        assertThat(published.looks()).isEqualTo(1);
    }

    @Test
    void shouldFindEach_whenPartitionsBeginUnderDifferentRules() throws Exception {
        // When, Then
        assertThat(published.at(4 * HOUR_MILLIS).revision()).isEqualTo(3);
        assertThat(published.at(HOUR_MILLIS + 60_000).revision()).isEqualTo(1);
        assertThat(published.at(HOUR_MILLIS + 60_000).ruleset()).contains("\\\"burst\\\":1");
        assertThat(published.at(HOUR_MILLIS - 1)).isEqualTo(StartRules.NONE);
        assertThat(published.looks()).isEqualTo(2);
    }

    @Test
    void shouldSayThatItIsUncertain_whenRulesCameShortlyBefore() throws Exception {
        // When, Then
        assertThat(published.at(2 * HOUR_MILLIS + 5_000).isUncertain()).isTrue();
        assertThat(published.at(2 * HOUR_MILLIS + 50_000).isUncertain()).isFalse();
    }
}
