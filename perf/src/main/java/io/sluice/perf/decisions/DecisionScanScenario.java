package io.sluice.perf.decisions;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.KafkaAccountDecisions;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.ScanBounds;
import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.Latencies;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.perf.topology.LogServer;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long it takes to find recent decisions of one account in its partition: the newest page of a busy account, and
 * a few old decisions behind a million of others.
 *
 * <p>Records are written in transactions and compressed, as a streams app writes them.
 */
public final class DecisionScanScenario implements Scenario {
    private static final String BUSY = "busy";
    private static final int BUSY_SHARE = 20;
    private static final int TRANSACTION = 1_000;
    private static final int PAGE = 50;
    private static final ScanBounds BOUNDS = new ScanBounds(1, 1, 10_000_000, 60_000);

    @Override
    public Listing listing() {
        return Listing.of("27", "decision-scan").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int others = setting.pick(20_000, 200_000, 1_000_000);
        int pages = setting.pick(10, 50, 200);
        Samples samples = new Samples();
        try (ServerProcess server = LogServer.start()) {
            String bootstrapServers = server.command("cluster");
            String rare = fill(bootstrapServers, others);
            try (KafkaAccountDecisions decisions = KafkaAccountDecisions.start(
                    Map.of("bootstrap.servers", bootstrapServers), BOUNDS, new SimpleMeterRegistry())) {
                measure(decisions, rare, pages, setting.pick(1, 3, 5), samples);
            }
        }
        return rows(others, samples);
    }

    /** An account of the same partition. */
    private static String in(int partition, int partitions) {
        int number = 0;
        while (AccountPartitioner.partitionOf("rare-" + number, partitions) != partition) {
            number++;
        }
        return "rare-" + number;
    }

    /** Returns the account that has one decision, the oldest of all. */
    private static String fill(String bootstrapServers, int others) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "transactional.id",
                "perf-decisions",
                "transaction.timeout.ms",
                "10000",
                "compression.type",
                "lz4");
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            int partitions = producer.partitionsFor(TopicCatalogue.DECISIONS).size();
            int partition = AccountPartitioner.partitionOf(BUSY, partitions);
            String rare = in(partition, partitions);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(partition, rare, 0));
            for (int i = 1; i <= others; i++) {
                producer.send(record(partition, i % BUSY_SHARE == 0 ? BUSY : "other-" + i % 5_000, i));
                if (i % TRANSACTION == 0) {
                    producer.commitTransaction();
                    producer.beginTransaction();
                }
            }
            producer.commitTransaction();
            return rare;
        }
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, String account, int number) {
        byte[] key = account.getBytes(StandardCharsets.UTF_8);
        // Of today: retention takes away what is older than a week.
        return new ProducerRecord<>(
                TopicCatalogue.DECISIONS, partition, null, key, DecisionSamples.of(account, partition, number));
    }

    private static void measure(KafkaAccountDecisions decisions, String rare, int pages, int rounds, Samples samples)
            throws Exception {
        for (int round = 0; round < rounds; round++) {
            Histogram newest = Latencies.histogram();
            for (int i = 0; i < pages; i++) {
                long startNanos = System.nanoTime();
                expect(page(decisions, BUSY), PAGE);
                newest.recordValue(System.nanoTime() - startNanos);
            }
            samples.addLatencies("newest", newest);
            long startNanos = System.nanoTime();
            FoundPage page = page(decisions, rare);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            expect(page, 1);
            samples.add("behind", seconds * 1_000);
            samples.add("speed", page.scanned() / seconds);
        }
    }

    private static FoundPage page(KafkaAccountDecisions decisions, String account) throws Exception {
        AccountDecisions.Answer answer =
                decisions.page(DecisionQuery.newest(account, PAGE)).get(120, TimeUnit.SECONDS);
        if (answer instanceof AccountDecisions.Found found) {
            return found.page();
        }
        throw new IllegalStateException(String.valueOf(answer));
    }

    private static void expect(FoundPage page, int records) {
        if (page.records().size() != records || page.unknown() > 0) {
            throw new IllegalStateException(page.records().size() + " records (expected: " + records + ")");
        }
    }

    private List<Row> rows(int others, Samples samples) {
        return List.of(
                Row.of(number(), "newest page of a busy account, p50", "ms", samples.of("newest", "p50")),
                Row.of(number(), "newest page of a busy account, p99", "ms", samples.of("newest", "p99")),
                Row.of(number(), "one decision behind " + others + " of others", "ms", samples.of("behind")),
                Row.of(number(), "offsets looked at", "offsets/s", samples.of("speed")));
    }
}
