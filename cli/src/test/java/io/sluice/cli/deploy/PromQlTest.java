package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PromQlTest {
    @Test
    void shouldFindMetrics_andNothingElse() {
        // Given
        String expression = "histogram_quantile(0.99, sum by (le, stage) (rate(a_bucket{b=\"c_total\",d=~'e}'}[5m])))"
                + " / on (limit) group_left (x) sluice:f:rate5m > 1e9 or vector(0) and max(g) unless h offset 5m";

        // When / Then
        assertThat(PromQl.metrics(expression)).containsExactly("a_bucket", "g", "h", "sluice:f:rate5m");
    }

    @Test
    void shouldFillVariables() {
        // Given / When / Then
        assertThat(PromQl.filled("rate(a{b=~\"$instance\",c=\"${d}\"}[$__rate_interval])"))
                .isEqualTo("rate(a{b=~\".*\",c=\".*\"}[5m])");
    }
}
