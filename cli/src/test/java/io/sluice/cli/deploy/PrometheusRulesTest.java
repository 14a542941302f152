package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.deploy.DeployedFiles.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That each alert has what an operator needs. */
final class PrometheusRulesTest {
    private static final List<String> PARTS =
            List.of("## Meaning", "## What callers see", "## How to check", "## What to do", "## When it is over");

    private static List<Rule> alerts() {
        return DeployedFiles.rules().stream().filter(Rule::isAlert).toList();
    }

    private static List<String> names(List<Rule> rules) {
        return rules.stream().map(Rule::name).toList();
    }

    @Test
    void shouldHaveSeverityTextAndRunbook() throws Exception {
        for (Rule alert : alerts()) {
            // Given
            Map<?, ?> labels = DeployedFiles.map(alert.yaml().get("labels"));
            Map<?, ?> annotations = DeployedFiles.map(alert.yaml().get("annotations"));

            // When / Then
            assertThat(labels.get("severity")).as(alert.name()).isIn("critical", "warning", "info");
            assertThat(DeployedFiles.text(annotations, "summary"))
                    .as(alert.name())
                    .hasSizeBetween(10, 120);
            assertThat(DeployedFiles.text(annotations, "description"))
                    .as(alert.name())
                    .hasSizeGreaterThan(20);
            assertThat(DeployedFiles.text(annotations, "runbook_url"))
                    .as(alert.name())
                    .isEqualTo("docs/runbooks/" + alert.name() + ".md");
            Path runbook = DeployedFiles.RUNBOOKS.resolve(alert.name() + ".md");
            assertThat(Files.readAllLines(runbook))
                    .as(alert.name())
                    .startsWith("# " + alert.name())
                    .containsSubsequence(PARTS);
        }
    }

    @Test
    void shouldHaveOneRunbookEach_andAnEntryInTheirIndex() {
        // Given
        String index = DeployedFiles.read(DeployedFiles.RUNBOOKS.resolve("README.md"));

        // When / Then
        assertThat(names(alerts()))
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(index).contains("[" + name + "](" + name + ".md)"));
        assertThat(DeployedFiles.runbooks().keySet()).containsExactlyInAnyOrderElementsOf(names(alerts()));
    }

    /** A page that shows another expression than the rule would mislead. */
    @Test
    void shouldShowTheExpressionOfTheAlert_inItsRunbook() {
        for (Rule alert : alerts()) {
            // Given
            String page = DeployedFiles.read(DeployedFiles.runbooks().get(alert.name()));

            // When / Then
            assertThat(page.replaceAll("\\s+", " "))
                    .as(alert.name())
                    .contains(alert.expression().strip().replaceAll("\\s+", " "));
        }
    }

    @Test
    void shouldBeTested_firingAndQuiet() {
        // Given
        Map<?, ?> file = DeployedFiles.map(DeployedFiles.yaml(DeployedFiles.PROMETHEUS.resolve("alerts_test.yml")));
        Set<String> firing = new HashSet<>();
        Set<String> quiet = new HashSet<>();

        // When
        for (Object test : DeployedFiles.list(file, "tests")) {
            for (Object each : DeployedFiles.list(DeployedFiles.map(test), "alert_rule_test")) {
                Map<?, ?> expected = DeployedFiles.map(each);
                boolean fires = !DeployedFiles.list(expected, "exp_alerts").isEmpty();
                (fires ? firing : quiet).add(DeployedFiles.text(expected, "alertname"));
            }
        }

        // Then
        assertThat(firing).containsExactlyInAnyOrderElementsOf(names(alerts()));
        assertThat(quiet).containsExactlyInAnyOrderElementsOf(names(alerts()));
    }

    @Test
    void shouldUseEveryRecordedSeries() {
        // Given
        List<String> used = DeployedFiles.expressions().values().stream()
                .flatMap(List::stream)
                .flatMap(expression -> PromQl.metrics(expression).stream())
                .toList();

        // When / Then
        assertThat(DeployedFiles.recorded()).allSatisfy(name -> assertThat(used).contains(name));
        assertThat(used.stream().filter(name -> name.contains(":")))
                .allSatisfy(name -> assertThat(DeployedFiles.recorded()).contains(name));
    }
}
