package io.sluice.perf.replay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.LogFileWriter;
import io.sluice.replay.log.LogManifest;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunMemory;
import io.sluice.streams.replay.RunSettings;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How fast an exported log is decided again: compared with its decisions, and under a candidate beside its own rules.
 * One limit, two partitions, two threads.
 *
 * <p>The share of decoding is what reading the same requests takes by itself, of the time of both threads.
 */
public final class ReplayScenario implements Scenario {
    private static final int PARTITIONS = 2;
    private static final int THREADS = 2;
    private static final int CACHED_MAX = 100_000;
    private static final long MEMORY_BYTES = 256L << 20;
    private static final int ACCOUNTS = 100_000;
    private static final int REQUESTS_PER_MILLI = 20;
    private static final double GOAL = 200_000;
    private static final String RULES = """
            {"limits":[{"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1s"},"burst":%d}]}
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
            write(directory, requests);
            try (ExportedLog log = new ExportedLog(directory)) {
                // The first round is for the compilers.
                for (int round = 0; round <= rounds; round++) {
                    measure(log, directory, requests, round == 0 ? new Samples() : samples);
                }
            }
        } finally {
            delete(directory);
        }
        return List.of(
                Row.of(number(), "replay, compared with the decisions", "requests/s", samples.of("audit"))
                        .toReach(Goal.atLeast(GOAL)),
                Row.of(number(), "share of decoding requests", "%", samples.of("decoding")),
                Row.of(number(), "replay under two rulesets", "requests/s", samples.of("what-if")));
    }

    private static RunSettings settings() {
        return new RunSettings(PARTITIONS, 1, TestKeys.TRUSTED, CACHED_MAX);
    }

    private static void measure(ExportedLog log, Path directory, int requests, Samples samples) throws Exception {
        RunBounds bounds = new RunBounds(THREADS, MEMORY_BYTES, CACHED_MAX, directory);
        long startNanos = System.nanoTime();
        AuditResult audit = new AuditResult(
                log.name(),
                RunWindow.ALL,
                new LogRun(log, RunWindow.ALL, bounds)
                        .run((partition, places) -> new AuditWork(
                                partition,
                                settings(),
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
        WhatIfWork.Rulesets rulesets =
                new WhatIfWork.Rulesets(/* base= */ null, CandidateRules.activation(RULES.formatted(10)));
        startNanos = System.nanoTime();
        WhatIfResult compared = WhatIfResult.of(
                log.name(),
                "",
                "",
                new LogRun(log, RunWindow.ALL, bounds)
                        .run((partition, places) ->
                                new WhatIfWork(partition, settings(), places, rulesets, WhatIfBounds.STANDARD)));
        samples.add("what-if", requests / secondsSince(startNanos));
        if (compared.comparison().all().all().requests() != requests) {
            throw new ScenarioFailedException("requests that were compared: "
                    + compared.comparison().all().all().requests() + " (expected: " + requests + ")");
        }
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** In one thread, from memory. */
    private static double decodingSeconds(ExportedLog log) throws Exception {
        double seconds = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            RequestReader reader = new RequestReader(partition, PARTITIONS, 1);
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

    /** A log, and what an app decided on it. */
    private static void write(Path directory, int requests) throws Exception {
        List<LogManifest.Span> requestSpans = new ArrayList<>();
        List<LogManifest.Span> decisionSpans = new ArrayList<>();
        try (RunMemory memory = new RunMemory(MEMORY_BYTES)) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Path state = directory.resolve("state-" + partition);
                try (LogFileWriter written = new LogFileWriter(LogManifest.requestsFile(directory, partition));
                        LogFileWriter decided = new LogFileWriter(LogManifest.decisionsFile(directory, partition));
                        PartitionRun run = new PartitionRun(
                                partition,
                                settings(),
                                new PartitionRun.Place(state, memory),
                                new SimpleMeterRegistry(),
                                value -> record(decided, value))) {
                    write(partition, requests / PARTITIONS, written, run);
                    written.end();
                    decided.end();
                    requestSpans.add(new LogManifest.Span(0, written.records(), written.records()));
                    decisionSpans.add(new LogManifest.Span(0, decided.records(), decided.records()));
                }
            }
        }
        new LogManifest("perf", PARTITIONS, 1, /* anonymised= */ false, TestKeys.TRUSTED, requestSpans, decisionSpans)
                .write(directory);
    }

    private static void record(LogFileWriter decided, byte[] value) {
        try {
            decided.write(new LoggedRecord(decided.records(), 0, null, value));
        } catch (IOException e) {
            throw new UncheckedIOException("the decisions cannot be written", e);
        }
    }

    private static void write(int partition, int requests, LogFileWriter written, PartitionRun run) throws Exception {
        SplittableRandom random = new SplittableRandom(partition);
        long beginMillis = 1_700_000_000_000L;
        feed(
                new LoggedRecord(
                        0,
                        beginMillis,
                        "ruleset".getBytes(StandardCharsets.UTF_8),
                        RequestCodec.encode(Activations.signed(TestKeys.RULES, 1, RULES.formatted(20)))),
                written,
                run);
        int count = 0;
        while (count < requests) {
            String account = "account-" + random.nextInt(ACCOUNTS);
            if (AccountPartitioner.partitionOf(account, PARTITIONS) == partition) {
                count++;
                AdmissionRequest request = AdmissionRequest.of(account + "/team/alice")
                        .route(new Route("POST", "/v1/orders/7", "api.example.com"))
                        .build();
                feed(
                        new LoggedRecord(
                                count,
                                beginMillis + count / REQUESTS_PER_MILLI,
                                account.getBytes(StandardCharsets.UTF_8),
                                RequestCodec.encode(request)),
                        written,
                        run);
            }
        }
    }

    private static void feed(LoggedRecord record, LogFileWriter written, PartitionRun run) throws IOException {
        written.write(record);
        run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
