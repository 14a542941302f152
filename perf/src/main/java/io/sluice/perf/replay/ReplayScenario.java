package io.sluice.perf.replay;

import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.process.Directories;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfRun;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.replay.whatif.WideLimits;
import io.sluice.schemas.codec.RequestReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * How fast an exported log is decided again: compared with its decisions, and under a candidate beside its own rules.
 * One limit, two partitions, two threads.
 *
 * <p>The share of decoding is what reading the same requests takes by itself, of the time of both threads.
 */
public final class ReplayScenario implements Scenario {
    private static final int THREADS = 2;
    private static final int ACCOUNTS = 100_000;
    private static final double GOAL = 200_000;
    private static final String RULES = """
        {"limits":[{"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1s"},"burst":%d}]}
        """;

    private static final String WIDE_RULES = """
        {"limits":[{"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1s"},"burst":10},
                   {"id":"all","scope":"global","rate":{"tokens":15000,"per":"1s"}}]}
        """;

    @Override
    public Listing listing() {
        return Listing.of("21", "replay").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int requests = setting.pick(20_000, 400_000, 2_000_000);
        int rounds = setting.pick(1, 3, 5);
        Path directory = Files.createTempDirectory("sluice-perf-replay");
        Samples samples = new Samples();
        try {
            new ReplayLog(requests, RULES.formatted(20)).write(directory, ReplayScenario::accounts);
            try (ExportedLog log = new ExportedLog(directory)) {
                // The first round is for the compilers.
                for (int round = 0; round <= rounds; round++) {
                    measure(log, directory, requests, round == 0 ? new Samples() : samples);
                }
            }
        } finally {
            Directories.delete(directory);
        }
        return List.of(
                Row.of(number(), "replay, compared with the decisions", "requests/s", samples.of("audit"))
                        .toReach(Goal.atLeast(GOAL)),
                Row.of(number(), "share of decoding requests", "%", samples.of("decoding")),
                Row.of(number(), "replay under two rulesets", "requests/s", samples.of("what-if")),
                Row.of(number(), "the same, with a limit of all accounts", "requests/s", samples.of("wide")));
    }

    private static IntSupplier accounts(int partition) {
        SplittableRandom random = new SplittableRandom(partition);
        return () -> random.nextInt(ACCOUNTS);
    }

    private static void measure(ExportedLog log, Path directory, int requests, Samples samples) throws Exception {
        RunBounds bounds = new RunBounds(THREADS, ReplayLog.MEMORY_BYTES, ReplayLog.CACHED_MAX, directory);
        long startNanos = System.nanoTime();
        AuditResult audit = new AuditResult(
                log.name(),
                RunWindow.ALL,
                new LogRun(log, RunWindow.ALL, bounds)
                        .run((partition, places) -> new AuditWork(
                                partition,
                                ReplayLog.settings(),
                                places.next(),
                                Objects.requireNonNull(log.decisions(partition)),
                                /* isWhole= */ true,
                                /* listedMax= */ 10)));
        double seconds = secondsSince(startNanos);
        if (!audit.isProof() || audit.derived() != requests) {
            throw new ScenarioFailedException(
                    audit.matched() + " of " + audit.derived() + " decisions (expected: " + requests + ")");
        }
        samples.add("audit", requests / seconds);
        samples.add("decoding", 100 * decodingSeconds(log) / (THREADS * seconds));
        samples.add("what-if", compared(log, bounds, RULES.formatted(10), requests));
        samples.add("wide", compared(log, bounds, WIDE_RULES, requests));
    }

    /** Requests a second under the log's own rules and these. */
    private static double compared(ExportedLog log, RunBounds bounds, String candidate, int requests) throws Exception {
        long startNanos = System.nanoTime();
        WhatIfRun run = new WhatIfRun(
                log,
                bounds,
                new WhatIfWork.Rulesets(/* base= */ null, CandidateRules.activation(candidate)),
                WideLimits.ASKED_ANEW);
        WhatIfResult compared = WhatIfResult.of(
                log.name(), "", "", run.wide(), run.run(new LogRun(log, RunWindow.ALL, bounds), WhatIfBounds.STANDARD));
        double perSecond = requests / secondsSince(startNanos);
        if (compared.comparison().all().all().requests() != requests) {
            throw new ScenarioFailedException("requests that were compared: "
                    + compared.comparison().all().all().requests() + " (expected: " + requests + ")");
        }
        return perSecond;
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** In one thread, from memory. */
    private static double decodingSeconds(ExportedLog log) throws Exception {
        double seconds = 0;
        for (int partition = 0; partition < ReplayLog.PARTITIONS; partition++) {
            RequestReader reader = new RequestReader(partition, ReplayLog.PARTITIONS, 1);
            List<LoggedRecord> records = new ArrayList<>();
            try (LogReader requests = log.requests(partition, /* from= */ null)) {
                for (LoggedRecord record = requests.next(); record != null; record = requests.next()) {
                    records.add(record);
                }
            }
            long startNanos = System.nanoTime();
            for (LoggedRecord record : records) {
                reader.read(record.key(), record.value());
            }
            seconds += secondsSince(startNanos);
        }
        return seconds;
    }
}
