package io.sluice.perf.replay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogFileWriter;
import io.sluice.replay.log.LogManifest;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.codec.RequestCodec;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * A made-up log, and what an app decided on it.
 *
 * @param requests of all partitions together
 * @param rules the ruleset in force throughout
 */
record ReplayLog(int requests, String rules) {
    static final int PARTITIONS = 2;
    static final int CACHED_MAX = 100_000;
    static final long MEMORY_BYTES = 256L << 20;
    private static final int REQUESTS_PER_MILLI = 20;
    private static final long BEGIN_MILLIS = 1_700_000_000_000L;

    static RunSettings settings() {
        return new RunSettings(PARTITIONS, 1, TestKeys.TRUSTED, CACHED_MAX);
    }

    /** Draws the accounts of one partition's requests; those of other partitions are passed over. */
    @FunctionalInterface
    interface Accounts {
        IntSupplier of(int partition);
    }

    /** Writes it as {@code sluice log export} does. */
    void write(Path directory, Accounts accounts) throws Exception {
        List<LogManifest.Span> requestSpans = new ArrayList<>();
        List<LogManifest.Span> decisionSpans = new ArrayList<>();
        try (RunMemory memory = new RunMemory(MEMORY_BYTES, /* statesMax= */ 1)) {
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
                    write(partition, accounts.of(partition), written, run);
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

    private void write(int partition, IntSupplier accounts, LogFileWriter written, PartitionRun run) throws Exception {
        feed(
                new LoggedRecord(
                        0,
                        BEGIN_MILLIS,
                        "ruleset".getBytes(StandardCharsets.UTF_8),
                        RequestCodec.encode(Activations.signed(TestKeys.RULES, 1, rules))),
                written,
                run);
        int count = 0;
        while (count < requests / PARTITIONS) {
            String account = "account-" + accounts.getAsInt();
            if (AccountPartitioner.partitionOf(account, PARTITIONS) == partition) {
                count++;
                AdmissionRequest request = AdmissionRequest.of(account + "/team/alice")
                        .route(new Route("POST", "/v1/orders/7", "api.example.com"))
                        .build();
                feed(
                        new LoggedRecord(
                                count,
                                BEGIN_MILLIS + count / REQUESTS_PER_MILLI,
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
}
