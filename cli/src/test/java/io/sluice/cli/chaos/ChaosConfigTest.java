package io.sluice.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChaosConfigTest {
    @Test
    void shouldPlanTheSameRounds_whenTheSeedIsTheSame() {
        // Given
        ChaosConfig config =
                new ChaosConfig(7, 60, Faults.all().stream().map(Fault::name).toList(), 100, null, false);

        // When
        List<String> one = names(config.plan(new Random(7)));
        List<String> again = names(config.plan(new Random(7)));
        List<String> other = names(config.plan(new Random(8)));

        // Then
        assertThat(one).hasSize(60).isEqualTo(again).isNotEqualTo(other);
        assertThat(one).startsWith("kill-app", "kill-front-end");
        assertThat(one.subList(Faults.all().size(), 60)).anyMatch(name -> name.contains("+"));
    }

    @Test
    void shouldInjectBoth_whenAPairIsNamed() {
        // Given
        ChaosConfig config = new ChaosConfig(7, 1, List.of("kill-app+pause-broker"), 100, null, false);

        // When
        List<String> plan = names(config.plan(new Random(7)));

        // Then
        assertThat(plan).containsExactly("kill-app+pause-broker");
    }

    @Test
    void shouldNameTheFaults_whenOneIsUnknown() {
        // Given
        ChaosConfig config = new ChaosConfig(7, 1, List.of("earthquake"), 100, null, false);

        // When / Then
        assertThatThrownBy(() -> config.plan(new Random(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fault: earthquake (expected: one of [clock-app, ");
    }

    private static List<String> names(List<List<Fault>> plan) {
        return plan.stream()
                .map(round -> String.join("+", round.stream().map(Fault::name).toList()))
                .toList();
    }
}
