package io.sluice.streams;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.admission.LabelBounds;
import io.sluice.streams.replica.ReplicaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a streams app starts with.
 *
 * @param kafka Kafka client and Streams properties, {@code bootstrap.servers} among them; they override the defaults
 * @param stateDir where RocksDB lives; keep it across restarts
 * @param keys prove control records
 * @param rulesKey signs clock marks; null for an instance that writes none
 * @param otherRulesKeys prove messages between partitions, too, while keys are exchanged
 * @param limits bounds on threads and memory
 * @param replica makes it a reply replica of the streams app that {@code kafka} describes; null for the app itself
 */
public record StreamsAppConfig(
        Map<String, String> kafka,
        Path stateDir,
        TrustedKeys keys,
        @Nullable SigningKey rulesKey,
        List<SigningKey> otherRulesKeys,
        Limits limits,
        @Nullable ReplicaConfig replica) {

    public StreamsAppConfig {
        kafka = Map.copyOf(kafka);
        otherRulesKeys = List.copyOf(otherRulesKeys);
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("bootstrap.servers: missing (expected: host:port[,host:port...])");
        }
    }

    /** An instance of the streams app itself. */
    public StreamsAppConfig(
            Map<String, String> kafka, Path stateDir, TrustedKeys keys, @Nullable SigningKey rulesKey, Limits limits) {
        this(kafka, stateDir, keys, rulesKey, List.of(), limits, /* replica= */ null);
    }

    /** A reply replica; it writes no clock marks. */
    public static StreamsAppConfig replica(
            Map<String, String> kafka, Path stateDir, TrustedKeys keys, Limits limits, ReplicaConfig replica) {
        return new StreamsAppConfig(kafka, stateDir, keys, /* rulesKey= */ null, List.of(), limits, replica);
    }

    /** The {@code application.id} of the streams app. */
    String applicationId() {
        return kafka.getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, StreamsProperties.APPLICATION_ID);
    }

    /** An instance that writes no clock marks. */
    public StreamsAppConfig(Map<String, String> kafka, Path stateDir, TrustedKeys keys, Limits limits) {
        this(kafka, stateDir, keys, /* rulesKey= */ null, limits);
    }

    /**
     * Bounds of one app.
     *
     * @param threads stream threads
     * @param recordCacheBytes heap for state entries that are kept as objects, if one app has all partitions; collapses
     *     updates of hot buckets until a commit; entries that RocksDB does not have yet take up to half as much again
     * @param rocksDbBytes block cache of all stores, write buffers included
     * @param sendQueueRecordsMax records that a busy stream thread may be in front of its producer
     * @param sweepInterval pause between two steps of the clean-up
     * @param sweepEntriesMax state entries read in one step
     * @param threadReplacementsMax stream threads replaced within an hour before the app gives up
     * @param labels names of the ruleset in metrics
     */
    public record Limits(
            int threads,
            long recordCacheBytes,
            long rocksDbBytes,
            int sendQueueRecordsMax,
            Duration sweepInterval,
            int sweepEntriesMax,
            int threadReplacementsMax,
            LabelBounds labels) {
        /** About what a bucket takes on the heap, with its bucket group and the key of that. */
        private static final long CACHED_ENTRY_BYTES = 400;
        /** With fewer, even small apps would write entries before their commit. */
        private static final int CACHED_ENTRIES_MIN = 1_000;

        public Limits {
            atLeast("threads", threads, 1);
            atLeast("recordCacheBytes", recordCacheBytes, 0);
            atLeast("rocksDbBytes", rocksDbBytes, 1 << 20);
            atLeast("sendQueueRecordsMax", sendQueueRecordsMax, 1);
            atLeast("sweepIntervalMillis", sweepInterval.toMillis(), 1);
            atLeast("sweepEntriesMax", sweepEntriesMax, 1);
            atLeast("threadReplacementsMax", threadReplacementsMax, 0);
        }

        /** Buckets that each partition keeps as objects, of the size that they usually have. */
        int cachedEntriesMax(int partitions) {
            return (int)
                    Math.max(CACHED_ENTRIES_MIN, Math.min(recordCacheBytes / CACHED_ENTRY_BYTES / partitions, 1 << 30));
        }

        private static void atLeast(String name, long value, long min) {
            if (value < min) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: at least " + min + ")");
            }
        }

        public static Limits standard() {
            return new Limits(
                    1, 64L << 20, 256L << 20, 4_096, Duration.ofSeconds(1), 2_000, 10, LabelBounds.standard());
        }

        public Limits withThreads(int newThreads) {
            return new Limits(
                    newThreads,
                    recordCacheBytes,
                    rocksDbBytes,
                    sendQueueRecordsMax,
                    sweepInterval,
                    sweepEntriesMax,
                    threadReplacementsMax,
                    labels);
        }

        public Limits with(LabelBounds newLabels) {
            return new Limits(
                    threads,
                    recordCacheBytes,
                    rocksDbBytes,
                    sendQueueRecordsMax,
                    sweepInterval,
                    sweepEntriesMax,
                    threadReplacementsMax,
                    newLabels);
        }

        public Limits withMemory(long newRecordCacheBytes, long newRocksDbBytes) {
            return new Limits(
                    threads,
                    newRecordCacheBytes,
                    newRocksDbBytes,
                    sendQueueRecordsMax,
                    sweepInterval,
                    sweepEntriesMax,
                    threadReplacementsMax,
                    labels);
        }
    }
}
