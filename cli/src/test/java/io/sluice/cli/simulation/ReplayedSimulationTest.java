package io.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfRun;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.replay.whatif.WideLimits;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories with crashes, moves, wrong clocks and everything that callers and operators do, decided again. */
@ExtendWith(WithoutStreamsLog.class)
final class ReplayedSimulationTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldRederiveEveryDecision_whenAnythingFailed(long seed) throws Exception {
        // Given
        SimulatedLog log = new SimulatedLog(Simulation.history(seed));

        // When
        AuditResult audit = LogAudits.of(log, directory);

        // Then
        assertThat(audit.listed()).as("seed %s", seed).isEmpty();
        assertThat(audit.isProof()).as("seed %s", seed).isTrue();
        assertThat(audit.matched()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5, 7})
    void shouldRepeatEveryVerdict_whenOwnersOfWideBucketsAreAskedAnew(long seed) throws Exception {
        // Given, When
        Comparison told = askedAnew(seed);

        // Then
        assertThat(told.wideOrder().visiting()).as("seed %s", seed).isPositive();
        assertThat(told.wideOrder().misplaced()).as("seed %s", seed).isZero();
        assertThat(told.undecided()).as("seed %s", seed).isZero();
    }

    /** The order of records of several partitions is that of their time stamps, and leaders' clocks differ here. */
    @ParameterizedTest
    @ValueSource(longs = {9, 13})
    void shouldCountWhatDiffers_whenTheOrderOfPartitionsIsNotKnown(long seed) throws Exception {
        // Given, When
        Comparison told = askedAnew(seed);

        // Then
        assertThat(told.wideOrder().misplaced())
                .as("seed %s", seed)
                .isPositive()
                .isLessThan(told.wideOrder().visiting());
        assertThat(told.undecided()).as("seed %s", seed).isZero();
    }

    /** A candidate that has limits of all accounts, beside the log's own rules. */
    private Comparison askedAnew(long seed) throws Exception {
        SimulatedLog log = new SimulatedLog(Simulation.history(seed));
        String candidate = new RulesetSamples(new SplittableRandom(seed)).next();
        RunBounds bounds = LogAudits.bounds(directory);
        WhatIfRun run = new WhatIfRun(
                log,
                bounds,
                new WhatIfWork.Rulesets(/* base= */ null, CandidateRules.activation(candidate)),
                WideLimits.ASKED_ANEW);
        return WhatIfResult.of(
                        log.name(),
                        "own",
                        "candidate",
                        run.wide(),
                        run.run(new LogRun(log, RunWindow.ALL, bounds), WhatIfBounds.STANDARD))
                .comparison();
    }
}
