package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Dashboards as Grafana provisions them; it ignores silently much of what it does not understand. */
final class DashboardsTest {
    private static final Set<String> UNITS = Set.of("short", "none", "s", "ms", "bytes", "percentunit", "reqps", "ops");
    private static final int COLUMNS = 24;

    @Test
    void shouldBeWhatTheirGeneratorWrites() throws Exception {
        // Given
        Process process;
        try {
            process = new ProcessBuilder("python3", "deploy/grafana/generator", "--check")
                    .directory(DeployedFiles.ROOT.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "python3 is not installed");
            return;
        }

        // When
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void shouldHaveNamesVariablesAndALinkToTheRunbooks() {
        // Given
        Map<String, Map<?, ?>> dashboards = DeployedFiles.dashboards();

        // When / Then
        assertThat(dashboards).hasSize(5);
        assertThat(dashboards.values().stream().map(dashboard -> dashboard.get("uid")))
                .doesNotHaveDuplicates();
        dashboards.forEach((file, dashboard) -> {
            assertThat(DeployedFiles.text(dashboard, "uid")).as(file).matches("sluice-[a-z-]{1,33}");
            assertThat(DeployedFiles.text(dashboard, "title")).as(file).startsWith("Sluice: ");
            List<Object> variables = new ArrayList<>();
            Map<?, ?> templating = DeployedFiles.map(dashboard.get("templating"));
            DeployedFiles.list(templating, "list")
                    .forEach(variable ->
                            variables.add(DeployedFiles.map(variable).get("name")));
            assertThat(variables).as(file).contains("datasource", "runbooks", "instance");
            assertThat(dashboard.get("links").toString()).as(file).contains("${runbooks}/README.md");
        });
    }

    @Test
    void shouldHavePanelsWithUnitQueryAndPlace() {
        DeployedFiles.dashboards().forEach((file, dashboard) -> {
            // Given
            Set<Object> ids = new HashSet<>();
            Set<String> cells = new HashSet<>();
            for (Map<?, ?> panel : DeployedFiles.panels(dashboard)) {
                String name = file + ": " + panel.get("title");

                // When / Then
                Map<?, ?> defaults = DeployedFiles.map(
                        DeployedFiles.map(panel.get("fieldConfig")).get("defaults"));
                assertThat(defaults.get("unit")).as(name).isIn(UNITS);
                assertThat(panel.get("type")).as(name).isIn("timeseries", "stat", "table");
                assertThat(DeployedFiles.list(panel, "targets")).as(name).isNotEmpty();
                assertThat(ids.add(panel.get("id"))).as(name).isTrue();
                Map<?, ?> place = DeployedFiles.map(panel.get("gridPos"));
                int left = (Integer) place.get("x");
                int right = left + (Integer) place.get("w");
                assertThat(right).as(name).isLessThanOrEqualTo(COLUMNS);
                for (int x = left; x < right; x++) {
                    assertThat(cells.add(place.get("y") + "," + x)).as(name).isTrue();
                }
            }
        });
    }

    @Test
    void shouldLinkToRunbooksThatExist() {
        DeployedFiles.dashboards().forEach((file, dashboard) -> {
            for (Map<?, ?> panel : DeployedFiles.panels(dashboard)) {
                for (Object link : DeployedFiles.list(panel, "links")) {
                    // Given
                    String url = DeployedFiles.text(DeployedFiles.map(link), "url");

                    // When / Then
                    assertThat(url).as(file).startsWith("${runbooks}/").endsWith(".md");
                    String page = url.substring("${runbooks}/".length(), url.length() - ".md".length());
                    assertThat(DeployedFiles.runbooks()).as(file).containsKey(page);
                }
            }
        });
    }
}
