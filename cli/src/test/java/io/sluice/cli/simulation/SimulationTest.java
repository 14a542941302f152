package io.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Histories from seeds, each with crashes and everything else that can go wrong; and engines that must be caught. */
@ExtendWith(WithoutStreamsLog.class)
final class SimulationTest {
    private static final long SEEDS = 300;
    private static final long SEEDS_TO_CATCH_MAX = 1_000;

    @Test
    void shouldKeepEveryInvariant_whenAnythingFails() {
        // Given
        Coverage coverage = new Coverage();
        NavigableMap<Long, SimulationResult> failed = new ConcurrentSkipListMap<>();

        // When: each has a thread to itself
        LongStream.rangeClosed(1, SEEDS).parallel().forEach(seed -> {
            SimulationResult result = Simulation.run(seed, Defect.NONE);
            synchronized (coverage) {
                coverage.add(result.coverage());
            }
            if (result.failure() != null) {
                failed.put(seed, result);
            }
        });
        if (!failed.isEmpty()) {
            SimulationResult first = failed.firstEntry().getValue();
            fail(first.report(), first.failure());
        }

        // Then: nothing that can occur was left out
        assertThat(coverage.missing()).isEmpty();
    }

    @Test
    void shouldRepeatTheWholeTrace_whenASeedRunsAgain() {
        // Given
        SimulationResult first = Simulation.run(7, Defect.NONE);

        // When
        SimulationResult second = Simulation.run(7, Defect.NONE);

        // Then
        assertThat(second.lines()).isEqualTo(first.lines()).isGreaterThan(500);
        assertThat(second.traceHash()).isEqualTo(first.traceHash());
        assertThat(Simulation.run(8, Defect.NONE).traceHash()).isNotEqualTo(first.traceHash());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void shouldBeCaught_whenTheEngineIsBroken(Defect defect) {
        // Given: seeds that all pass without the defect
        // When
        long caughtAfter = LongStream.rangeClosed(1, SEEDS_TO_CATCH_MAX)
                .filter(seed -> Simulation.run(seed, defect).failure() != null)
                .findFirst()
                .orElse(Long.MAX_VALUE);

        // Then
        assertThat(caughtAfter)
                .as("seeds until this is noticed: %s", defect.meaning())
                .isLessThanOrEqualTo(SEEDS_TO_CATCH_MAX);
        System.out.printf("%s: caught after %d seeds%n", defect, caughtAfter);
    }
}
