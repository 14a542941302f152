package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.fastpath.FastPath;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class FastPathOptionsTest {
    @Command
    private static final class Any {
        @Mixin
        private FastPathOptions options = new FastPathOptions();
    }

    private static FastPathOptions parsed(String... arguments) {
        Any any = new Any();
        new CommandLine(any).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return any.options;
    }

    @Test
    void shouldBeOnWithTheStandard_whenNothingIsSaid() throws CommandFailure {
        // Given / When / Then
        assertThat(parsed().read()).isEqualTo(FastPath.standard());
    }

    @Test
    void shouldTakeWhatIsSaid_whenSwitchedOff() throws CommandFailure {
        // Given / When
        FastPath chosen = parsed("--fast-path", "off", "--lease-millis", "250").read();

        // Then
        assertThat(chosen.enabled()).isFalse();
        assertThat(chosen.leaseMillis()).isEqualTo(250);
    }

    @Test
    void shouldNameTheNumber_whenOutOfBounds() {
        // Given / When / Then
        assertThatThrownBy(() -> parsed("--lease-millis", "5").read())
                .hasMessage("fast path: leaseMillis: 5 (expected: 100..60000)");
    }
}
