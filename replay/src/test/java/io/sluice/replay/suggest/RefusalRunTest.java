package io.sluice.replay.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.ListLog;
import io.sluice.replay.ServedLog;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refusals of a limit that all accounts share. */
final class RefusalRunTest {
    private static final long SEED = 5;
    private static final int REQUESTS = 1_000;

    @TempDir
    Path directory;

    private static long refused(ListLog log) throws Exception {
        long refused = 0;
        for (List<LoggedRecord> decisions : log.decisions) {
            for (LoggedRecord record : decisions) {
                refused += DecisionCodec.read(record.value()) instanceof Decision decision
                                && decision.details().limits().stream()
                                        .anyMatch(limit -> limit.id().equals("all") && limit.refused())
                        ? 1
                        : 0;
            }
        }
        return refused;
    }

    @Test
    void shouldCountWhatIsReallyRefused_whenPartitionsShareTheLimit() throws Exception {
        // Given
        ListLog log =
                ServedLog.of(Files.createDirectory(directory.resolve("cluster")), SEED, REQUESTS, ServedLog.rules(150));
        RunBounds bounds = new RunBounds(2, 32 << 20, 64, directory);
        List<String> activations = IntStream.of(100, 150, 400)
                .mapToObj(ServedLog::rules)
                .map(CandidateRules::activation)
                .toList();

        // When
        List<RefusalWork.Part> parts =
                new RefusalRun(log, bounds, "all", activations).run(new LogRun(log, RunWindow.ALL, bounds));

        // Then
        List<Long> refused = IntStream.range(0, activations.size())
                .mapToObj(factor -> parts.stream()
                        .flatMap(part -> part.byFactor().get(factor).values().stream())
                        .mapToLong(Refusals::refusedRequests)
                        .sum())
                .toList();
        assertThat(refused.get(1)).as("seed %s", SEED).isPositive().isEqualTo(refused(log));
        assertThat(refused.get(0)).isGreaterThan(refused.get(1));
        assertThat(refused.get(2)).isLessThan(refused.get(1));
    }
}
