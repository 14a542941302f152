package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.streams.usage.SpikeBounds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class SpikeOptionsTest {
    @Command
    private static final class Any {
        @Mixin
        private SpikeOptions options = new SpikeOptions();
    }

    private static SpikeOptions parsed(String... arguments) {
        Any any = new Any();
        new CommandLine(any).parseArgs(arguments);
        return any.options;
    }

    @Test
    void shouldBeTheStandard_whenNothingIsSaid() {
        // Given / When / Then
        assertThat(parsed().read()).isEqualTo(SpikeBounds.standard());
    }

    @Test
    void shouldRefuseTheCoolDown_whenBucketsAreForgottenBeforeIt() {
        // Given / When / Then
        assertThatThrownBy(() -> parsed("--spike-cool-down-minutes", "361").read())
                .hasMessage("spikeCoolDownMinutes: 361 (expected: at most 360, as long as buckets are kept; raise"
                        + " --spike-buckets)");
        assertThat(parsed("--spike-cool-down-minutes", "361", "--spike-buckets", "73")
                        .read()
                        .coolDown())
                .isEqualTo(Duration.ofMinutes(361));
    }
}
