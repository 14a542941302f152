package io.sluice.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults happen to real processes under load, and callers get what the guarantees promise. {@code ./dev chaos} runs all
 * faults and random pairs of them; {@code ./dev long} runs one pair. Nine JVMs want a machine to themselves.
 */
final class ChaosIT {
    private static final List<String> FEW = List.of("kill-app+partition-front-end");

    @Test
    @Tag("long")
    void shouldKeepEveryGuarantee_whenFaultsHappen() throws Exception {
        run(FEW);
    }

    @Test
    @Tag("chaos")
    void shouldKeepEveryGuarantee_whenEveryFaultHappensInTurnAndInPairs() throws Exception {
        run(List.of(ChaosConfig.ALL));
    }

    private static void run(List<String> faults) throws Exception {
        // Given
        ChaosConfig config = ChaosConfig.ofProperties(faults);

        // When
        ChaosReport report = new ChaosRun(config, fresh()).run();

        // Then
        assertThat(report.failures())
                .as("./dev chaos --seed %s --rounds %s repeats this", config.seed(), config.rounds())
                .isEmpty();
    }

    /** Below the build directory, for whoever looks at a failed round. */
    private static Path fresh() throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "chaos").toAbsolutePath());
        return Files.createTempDirectory(parent, "run-");
    }
}
