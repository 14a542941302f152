package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts, recording rules and every expression for Prometheus, by Prometheus' own tool. */
final class PromtoolTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void require() throws InterruptedException {
        Promtool.require();
    }

    @Test
    void shouldBeValid() throws Exception {
        // Given / When / Then
        Promtool.run(DeployedFiles.PROMETHEUS, "check", "rules", "alerts.yml");
    }

    @Test
    void shouldFireAndBeQuiet_asTheirTestsSay() throws Exception {
        // Given / When / Then
        Promtool.run(DeployedFiles.PROMETHEUS, "test", "rules", "alerts_test.yml");
    }

    @Test
    void shouldParse_whatDashboardsAndRunbooksAskPrometheus() throws Exception {
        // Given
        List<String> expressions = new ArrayList<>(DeployedFiles.dashboardExpressions());
        expressions.addAll(DeployedFiles.runbookExpressions());

        // When / Then
        assertThat(expressions).hasSizeGreaterThan(100);
        Promtool.check(directory, expressions);
    }
}
