package io.sluice.replay.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.TrafficLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunJournal;
import io.sluice.replay.run.RunWindow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonJournalTest {
    private static final long SEED = 11;
    private static final WhatIfWork.Rulesets RULES =
            new WhatIfWork.Rulesets(null, CandidateRules.activation(TrafficLog.limits(3)));

    @TempDir
    Path directory;

    private RunJournal<WhatIfPart> open(WhatIfWork.Rulesets rulesets) throws LogException {
        return ComparisonJournal.open(
                directory.resolve("compared.jsonl"), "a list", RunWindow.ALL, rulesets, WhatIfBounds.STANDARD);
    }

    private static WhatIfResult result(List<WhatIfPart> parts) {
        List<WhatIfPart> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparing(part -> part.facts().partition()));
        return WhatIfResult.of("a list", "own", "candidate", sorted);
    }

    @Test
    void shouldSayTheSame_whenItWasInterrupted() throws Exception {
        // Given: one of three partitions is done
        ListLog log = TrafficLog.of(SEED, 800);
        new Runs(directory).serve(log);
        RunBounds bounds = new RunBounds(1, 32 << 20, 16, directory);
        WhatIfRun run = new WhatIfRun(log, bounds, RULES, WideLimits.ASKED_ANEW);
        List<WhatIfPart> all = run.run(new LogRun(log, RunWindow.ALL, bounds), WhatIfBounds.STANDARD);
        open(RULES).add(all.get(1));

        // When: the others are run
        RunJournal<WhatIfPart> resumed = open(RULES);
        run.run(LogRun.ofPartitions(log, List.of(0, 2), RunWindow.ALL, bounds), WhatIfBounds.STANDARD, resumed::add);

        // Then
        WhatIfResult told = result(List.copyOf(open(RULES).done().values()));
        assertThat(told.comparison().newlyDenied()).as("seed %s", SEED).isNotEmpty();
        assertThat(WhatIfReport.json(told, List.of())).isEqualTo(WhatIfReport.json(result(all), List.of()));
        assertThat(WhatIfReport.text(told, List.of())).isEqualTo(WhatIfReport.text(result(all), List.of()));
    }

    @Test
    void shouldRefuseIt_whenItIsOfOtherRules() throws Exception {
        // Given
        open(RULES);
        WhatIfWork.Rulesets others = new WhatIfWork.Rulesets(null, CandidateRules.activation(TrafficLog.limits(4)));

        // When, Then
        assertThatThrownBy(() -> open(others)).isInstanceOf(LogException.class).hasMessageContaining("sha256:");
    }
}
