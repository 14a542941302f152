package io.sluice.client;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to the decision topic, in transactions as a streams app does, whatever a test wants to have there. */
final class DecisionWriter implements AutoCloseable {
    /** Where the times of tests begin: before now, as while an app catches up, and not too old to be kept. */
    private static final long BEGIN_MILLIS = System.currentTimeMillis() - 3_600_000;

    private final String bootstrapServers;
    private final Producer<byte[], byte[]> producer;
    private long offset;

    DecisionWriter(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "transactional.id",
                        "decision-writer",
                        "transaction.timeout.ms",
                        "10000",
                        "compression.type",
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    /** The moment so long after the times of tests begin. */
    static long at(long millis) {
        return BEGIN_MILLIS + millis;
    }

    void begin() {
        producer.beginTransaction();
    }

    /** Commits, and returns when readers see it. */
    void commit() {
        producer.commitTransaction();
        TopicReader.awaitCommitted(bootstrapServers, TopicCatalogue.DECISIONS);
    }

    /** Aborts, and returns when readers pass it. */
    void abort() {
        producer.abortTransaction();
        TopicReader.awaitCommitted(bootstrapServers, TopicCatalogue.DECISIONS);
    }

    /** A decided admission at {@link #at} a time; returns its decision ID. */
    String decide(String clientId, boolean allowed, long atMillis) {
        return decide(clientId, allowed, atMillis, "");
    }

    /** The same with further members. */
    String decide(String clientId, boolean allowed, long atMillis, String more) {
        String id = "0-" + offset++;
        String account = clientId.split("/", -1)[0];
        write(
                account,
                atMillis,
                "{\"v\":1,\"decisionId\":\"" + id + "\",\"account\":\"" + account + "\",\"clientId\":\""
                        + clientId + "\",\"cost\":1,\"allowed\":" + (allowed ? 1 : 0) + ",\"denied\":"
                        + (allowed ? 0 : 1)
                        + ",\"charged\":" + (allowed ? 1 : 0) + ",\"verdict\":\"" + (allowed ? "allow" : "deny")
                        + "\",\"limitId\":\"per-client\",\"limit\":20,\"remaining\":7,\"resetAfterMillis\":0,"
                        + "\"retryAfterMillis\":0,\"rulesetRevision\":3,\"tier\":\"free\",\"reasonCode\":\""
                        + (allowed ? "within-limits" : "limit-exceeded") + "\",\"reason\":\"r\",\"decidedAtMillis\":"
                        + at(atMillis)
                        + ",\"replayed\":false,\"limits\":[]" + more + "}");
        return id;
    }

    /** Any value under the account's key, in the account's partition. */
    void write(String account, long atMillis, @Nullable String value) {
        producer.send(new ProducerRecord<>(
                TopicCatalogue.DECISIONS,
                null,
                at(atMillis),
                account.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
    }

    void flush() throws ExecutionException, InterruptedException {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
