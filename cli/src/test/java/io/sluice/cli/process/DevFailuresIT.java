package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot work ends with one line that says why, and a non-zero exit code. */
final class DevFailuresIT {
    @TempDir
    private Path directory;

    @Test
    void shouldNameThePort_whenInUse() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            // When
            SluiceProcess.Ended ended = dev(directory.resolve("data"), "--http-port", port);

            // Then
            assertOneLine(
                    ended,
                    "sluice: http port 127.0.0.1:" + port + " is in use (expected: a free one, with --http-port)");
        }
    }

    @Test
    void shouldNameBothPorts_whenTheyAreTheSame() throws Exception {
        // Given
        // When
        SluiceProcess.Ended ended = SluiceProcess.run(
                "dev",
                "--data",
                directory.resolve("data").toString(),
                "--http-port",
                "0",
                "--admin-port",
                "18999",
                "--kafka-port",
                "18999");

        // Then
        assertOneLine(ended, "sluice: kafka port: 18999, which is the admin port (expected: another one)");
    }

    @Test
    void shouldNameTheHost_whenItIsAnotherMachine() throws Exception {
        // Given
        // When
        SluiceProcess.Ended ended = dev(directory.resolve("data"), "--http-port", "0", "--host", "192.0.2.1");

        // Then
        assertOneLine(
                ended,
                "sluice: host 192.0.2.1 is not an address of this machine (expected: an address of this machine, such"
                        + " as 127.0.0.1, or 0.0.0.0 for all of them)");
    }

    @Test
    void shouldNameTheDirectory_whenInUse() throws Exception {
        // Given
        Path data = directory.resolve("data");
        try (DevProcess running = DevProcess.ready(data)) {
            // When
            SluiceProcess.Ended ended = dev(data, "--http-port", "0");

            // Then
            assertOneLine(ended, "sluice: data directory " + data.resolve("kafka") + " is in use by another process");
            assertThat(running.stop()).isTrue();
        }
    }

    @Test
    void shouldNameTheDirectory_whenNotWritable() throws Exception {
        // Given a file where a directory would have to be
        Path file = Files.writeString(directory.resolve("file"), "");

        // When
        SluiceProcess.Ended ended = dev(file.resolve("data"), "--http-port", "0");

        // Then
        assertOneLine(ended, "sluice: data directory " + file.resolve("data") + " is not writable");
    }

    @Test
    void shouldNamePlaceAndValue_whenRulesAreWrong() throws Exception {
        // Given
        Path rules = Files.writeString(
                directory.resolve("rules.yaml"),
                "limits:\n  - {id: a, scope: client, rate: {tokens: 1, per: 1s}, burst: -1}\n");

        // When
        SluiceProcess.Ended ended = dev(directory.resolve("data"), "--http-port", "0", "--rules", rules.toString());

        // Then
        assertOneLine(ended, "sluice: rules file " + rules + ": limits[0].burst: -1 (expected: 1..1000000000000)");
    }

    @Test
    void shouldNameTheFile_whenRulesAreMissing() throws Exception {
        // Given
        Path rules = directory.resolve("absent.yaml");

        // When
        SluiceProcess.Ended ended = SluiceProcess.run("rules", "validate", rules.toString());

        // Then
        assertOneLine(ended, "sluice: rules file " + rules + " does not exist");
    }

    @Test
    void shouldSayWhatIsExpected_whenRolesLackTheirCluster() throws Exception {
        // Given no bootstrap servers anywhere
        // When
        SluiceProcess.Ended ended = SluiceProcess.run("request-api");

        // Then
        assertOneLine(
                ended,
                "sluice: bootstrap servers: missing (expected: --bootstrap-servers or $SLUICE_BOOTSTRAP_SERVERS)");
    }

    private static SluiceProcess.Ended dev(Path data, String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("dev", "--data", data.toString(), "--admin-port", "0", "--kafka-port", "0"));
        all.addAll(List.of(arguments));
        return SluiceProcess.run(all.toArray(String[]::new));
    }

    private static void assertOneLine(SluiceProcess.Ended ended, String line) {
        assertThat(ended.lines()).containsExactly(line);
        assertThat(ended.exitCode()).isEqualTo(1);
    }
}
