package io.sluice.replay.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.replay.ListLog;
import io.sluice.replay.Runs;
import io.sluice.replay.ServedLog;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limit that all accounts share, on a log whose partitions asked each other about it. */
final class WideWhatIfTest {
    private static final long SEED = 5;
    private static final int REQUESTS = 1_500;

    @TempDir
    Path directory;

    private ListLog log;

    @BeforeEach
    void begin() throws Exception {
        log = served(ServedLog.rules(200));
    }

    private ListLog served(String rules) throws Exception {
        return ServedLog.of(Files.createTempDirectory(directory, "cluster"), SEED, REQUESTS, rules);
    }

    private WhatIfResult compare(String candidate, WideLimits wide) throws Exception {
        return new Runs(directory).compare(log, RunWindow.ALL, candidate, wide);
    }

    private static long allowed(ListLog served) throws Exception {
        long allowed = 0;
        for (List<LoggedRecord> decisions : served.decisions) {
            for (LoggedRecord record : decisions) {
                if (DecisionCodec.read(record.value()) instanceof Decision decision) {
                    allowed += decision.details().allowed() ? 1 : 0;
                }
            }
        }
        return allowed;
    }

    @Test
    void shouldTellNoFlip_whenTheCandidateIsWhatWasInForce() throws Exception {
        // When
        Comparison told = compare(ServedLog.rules(200), WideLimits.ASKED_ANEW).comparison();

        // Then
        assertThat(told.all().all().requests()).as("seed %s", SEED).isEqualTo(REQUESTS);
        assertThat(told.all().bothDeny().requests()).isPositive();
        assertThat(told.all().hasFlips()).isFalse();
        assertThat(told.undecided()).isZero();
        assertThat(told.wideOrder().visiting()).isBetween(REQUESTS / 2L, (long) REQUESTS);
        assertThat(told.wideOrder().allowed()).isEqualTo(told.wideOrder().recordedAllowed());
        assertThat(told.wideOrder().misplaced()).isZero();
    }

    @Test
    void shouldTellExactlyTheFlips_whenTheCandidateIsReallyServed() throws Exception {
        // Given
        long was = allowed(log);
        long wouldBe = allowed(served(ServedLog.rules(100)));

        // When
        Comparison told = compare(ServedLog.rules(100), WideLimits.ASKED_ANEW).comparison();

        // Then
        long net =
                told.all().newlyDenied().requests() - told.all().newlyAllowed().requests();
        assertThat(was - wouldBe).as("seed %s", SEED).isGreaterThan(REQUESTS / 10L);
        assertThat(net).isEqualTo(was - wouldBe);
        assertThat(told.matrix().keySet())
                .anySatisfy(row -> assertThat(row.cause()).isEqualTo("all"));
        assertThat(told.undecided()).isZero();
    }

    @Test
    void shouldJudgeIt_whenOnlyTheCandidateHasSuchALimit() throws Exception {
        // Given
        log = served(ServedLog.rules());

        // When
        WhatIfResult result = compare(ServedLog.rules(100), WideLimits.ASKED_ANEW);
        WhatIfResult recorded = compare(ServedLog.rules(100), WideLimits.AS_RECORDED);

        // Then: a bucket of 100 and 100 a second
        Comparison told = result.comparison();
        long millis = log.requests.stream()
                        .mapToLong(records -> records.get(records.size() - 1).timestampMillis())
                        .max()
                        .orElseThrow()
                - ServedLog.BEGIN_MILLIS;
        assertThat(told.undecided()).isZero();
        assertThat(told.all().bothAllow().requests()).isCloseTo(100 + millis / 10, within(5L));
        assertThat(String.join("\n", WhatIfReport.text(result, List.of()))).contains("by asking their partitions anew");
        assertThat(recorded.comparison().undecided()).isPositive();
        assertThat(String.join("\n", WhatIfReport.text(recorded, List.of()))).contains("does not show");
    }

    @Test
    void shouldDecideEveryRequestOnce_whenTheCandidateDropsTheLimit() throws Exception {
        // When
        WhatIfResult result = compare(ServedLog.rules(), WideLimits.ASKED_ANEW);

        // Then: no partition asks another, so all that is told is exact
        Comparison told = result.comparison();
        assertThat(result.wide()).isEqualTo(WideLimits.NONE);
        assertThat(String.join("\n", WhatIfReport.text(result, List.of()))).doesNotContain("scope global");
        assertThat(told.undecided()).isZero();
        assertThat(told.all().all().requests()).isEqualTo(REQUESTS);
        assertThat(told.all().newlyAllowed().requests()).isPositive();
        assertThat(told.all().newlyDenied().requests())
                .as("requests that came through may leave less of the client's own limit")
                .isLessThan(told.all().newlyAllowed().requests());
    }

    @Test
    void shouldGiveBackWhatWasCharged_whenRequestsComeHomeTooLate() throws Exception {
        // Given a bucket that has enough for those in time, if it gets back what the late ones were charged
        String rules = "{\"version\":1,\"limits\":[{\"id\":\"all\",\"scope\":\"global\","
                + "\"rate\":{\"tokens\":400,\"per\":\"24h\"},\"burst\":400}]}";
        log = ServedLog.late(Files.createTempDirectory(directory, "cluster"), SEED, 600, rules);
        assertThat(allowed(log)).isEqualTo(300);

        // When
        Comparison told = compare(rules, WideLimits.ASKED_ANEW).comparison();

        // Then
        assertThat(told.wideOrder().recordedAllowed()).isEqualTo(300);
        assertThat(told.wideOrder().misplaced()).isZero();
    }

    @Test
    void shouldGoOnFromWhatOwnersHad_whenTheWindowBeginsLater() throws Exception {
        // Given
        RunWindow window = new RunWindow(new LogPoint.AtMillis(ServedLog.BEGIN_MILLIS + 2_000), null, false);

        // When
        Comparison told = new Runs(directory)
                .compare(log, window, ServedLog.rules(200), WideLimits.ASKED_ANEW)
                .comparison();

        // Then: the bucket is not full again
        assertThat(told.all().hasFlips()).isFalse();
        assertThat(told.all().bothDeny().requests()).isPositive();
        assertThat(told.wideOrder().misplaced()).isZero();
    }
}
