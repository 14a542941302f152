package io.sluice.cli.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the options of a credit mean. */
final class CreditOptionsTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    @Command(name = "credit")
    private static final class Host {
        @Mixin
        private CreditOptions options = new CreditOptions();
    }

    private static Map<String, Object> members(String... arguments) throws CommandFailure {
        Host host = new Host();
        new CommandLine(host).parseArgs(arguments);
        return host.options.members(NOW);
    }

    @Test
    void shouldCountFromNow_whenItSaysForHowLong() throws Exception {
        assertThat(members("--for", "14d")).isEqualTo(Map.of("untilMillis", 1_000 + 14 * 86_400_000L));
        assertThat(members("--for", "90m", "--first"))
                .isEqualTo(Map.of("first", true, "untilMillis", 1_000 + 90 * 60_000L));
        assertThat(members("--from", "1970-01-02T00:00:00Z", "--for", "1h"))
                .isEqualTo(Map.of("fromMillis", 86_400_000L, "untilMillis", 90_000_000L));
    }

    @Test
    void shouldSayWhatItWasGiven_whenThereIsAnEndOrNone() throws Exception {
        assertThat(members()).isEmpty();
        assertThat(members("--scope", "acme/a", "--until", "1970-01-02T00:00:00Z"))
                .isEqualTo(Map.of("scope", List.of("acme/a"), "untilMillis", 86_400_000L));
    }

    @Test
    void shouldNameTheMistake_whenATimeIsWrong() {
        assertThatThrownBy(() -> members("--for", "soon")).hasMessageContaining("--for soon (expected:");
        assertThatThrownBy(() -> members("--until", "soon")).hasMessageContaining("--until soon (expected:");
        assertThatThrownBy(() -> members("--until", "1970-01-02T00:00:00Z", "--for", "1d"))
                .hasMessageContaining("either --until or --for");
    }
}
