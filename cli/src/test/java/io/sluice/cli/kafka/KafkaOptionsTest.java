package io.sluice.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class KafkaOptionsTest {
    /** A command with nothing but these options. */
    @Command
    private static final class Host {
        @Mixin
        private KafkaOptions kafka = new KafkaOptions();
    }

    @Test
    void shouldLetTheCommandLineOverrideTheFile_whenBothAreGiven(@TempDir Path directory) throws Exception {
        // Given
        Path file = Files.writeString(
                directory.resolve("client.properties"),
                "bootstrap.servers=file:1\nsecurity.protocol=SASL_SSL\nssl.truststore.location=/trust\n");

        // When
        Host host = parsed(
                "--kafka-config",
                file.toString(),
                "--kafka-property",
                "security.protocol=SSL",
                "--bootstrap-servers",
                "line:2");

        // Then
        assertThat(host.kafka.read())
                .containsEntry("bootstrap.servers", "line:2")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("ssl.truststore.location", "/trust");
    }

    @Test
    void shouldTurnVariablesIntoProperties_whenTheyHaveThePrefix() {
        // Given
        Map<String, String> environment = Map.of(
                "SLUICE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "SLUICE_KAFKA_CONFIG_FILE", "/ignored", "PATH", "/bin");

        // When
        Map<String, String> properties = KafkaOptions.variables(environment);

        // Then
        assertThat(properties).isEqualTo(Map.of("security.protocol", "SASL_SSL"));
    }

    @Test
    void shouldSayWhatIsExpected_whenFileIsMissing() {
        // Given
        Host host = parsed("--kafka-config", "/does/not/exist");

        // When / Then
        assertThatThrownBy(host.kafka::read)
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("Kafka configuration /does/not/exist cannot be read");
    }

    private static Host parsed(String... arguments) {
        Host host = new Host();
        new CommandLine(host).parseArgs(arguments);
        return host;
    }
}
