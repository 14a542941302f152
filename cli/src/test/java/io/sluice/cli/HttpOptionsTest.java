package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.RequestApiConfig;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class HttpOptionsTest {
    @Command
    private static final class Any {
        @Mixin
        private HttpOptions options = new HttpOptions();
    }

    private static HttpOptions parsed(String... arguments) {
        Any any = new Any();
        new CommandLine(any).parseArgs(arguments);
        return any.options;
    }

    @Test
    void shouldBeTheStandard_whenNothingIsSaid() throws CommandFailure {
        // Given / When / Then
        assertThat(parsed().read()).isEqualTo(RequestApiConfig.Bounds.standard());
        assertThat(parsed().warmUpMillisMax()).isEqualTo(5_000);
    }

    @Test
    void shouldTakeWhatIsSaid_whenItIsWithinBounds() throws CommandFailure {
        // Given / When
        RequestApiConfig.Bounds chosen = parsed(
                        "--bodies-bytes-max", "2000000", "--body-millis-max", "700", "--connections-max", "50")
                .read();

        // Then
        assertThat(chosen.bodiesBytesMax()).isEqualTo(2_000_000);
        assertThat(chosen.patience().bodyMillisMax()).isEqualTo(700);
        assertThat(chosen.connectionsMax()).isEqualTo(50);
    }

    @Test
    void shouldNameTheNumber_whenOutOfBounds() {
        // Given / When / Then: room for less than one batch
        assertThatThrownBy(() -> parsed("--bodies-bytes-max", "5").read())
                .hasMessage("http: bodiesBytesMax: 5 (expected: 1048576..1099511627776)");
        assertThatThrownBy(() -> parsed("--body-millis-max", "0").read())
                .hasMessage("http: bodyMillisMax: 0 (expected: 1..3600000)");
        assertThatThrownBy(() -> parsed("--warm-up-millis-max", "-1").warmUpMillisMax())
                .hasMessage("http: warmUpMillisMax: -1 (expected: 0..60000)");
    }
}
