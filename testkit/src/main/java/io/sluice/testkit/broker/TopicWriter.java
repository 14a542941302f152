package io.sluice.testkit.broker;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes raw records: the record is in the log when the call returns, and an error is an exception. */
public final class TopicWriter implements AutoCloseable {
    private static final byte[] CONTROL_KEY = "ruleset".getBytes(StandardCharsets.UTF_8);

    private final Producer<byte[], byte[]> producer;

    public TopicWriter(String bootstrapServers) {
        this(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** A writer with Kafka client properties of its own, {@code bootstrap.servers} among them. */
    public TopicWriter(Map<String, String> kafka) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // The broker has to refuse records that are too large: the tests want to see that.
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * TopicCatalogue.REQUEST_BYTES_MAX);
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Writes one record; without a partition, Kafka's own partitioner picks it by the key. */
    public RecordMetadata send(
            String topic, @Nullable Integer partition, byte @Nullable [] key, byte @Nullable [] value) {
        try {
            return sendLater(topic, partition, key, value).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a record for " + topic + " was refused", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing to " + topic, e);
        }
    }

    /** Hands one record to the producer; it is in the log when the future is done. */
    public Future<RecordMetadata> sendLater(
            String topic, @Nullable Integer partition, byte @Nullable [] key, byte @Nullable [] value) {
        return producer.send(new ProducerRecord<>(topic, partition, key, value));
    }

    /** Writes a request that has no reply address to the partition of its account. */
    public RecordMetadata ask(Request request) {
        return ask(request.repliedTo(null));
    }

    /** Writes a request to the partition of its account. */
    public RecordMetadata ask(RequestRecord record) {
        return send(TopicCatalogue.REQUESTS, null, accountOf(record), RequestCodec.encode(record));
    }

    /** Hands a request to the producer; it is in the log when the future is done. */
    public Future<RecordMetadata> askLater(RequestRecord record) {
        return sendLater(TopicCatalogue.REQUESTS, null, accountOf(record), RequestCodec.encode(record));
    }

    private static byte[] accountOf(RequestRecord record) {
        ClientId clientId = Objects.requireNonNull(record.request().clientId());
        return clientId.account().getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a control record to every request partition, as the control plane does. */
    public void broadcast(ControlRecord record, int requestPartitions) {
        byte[] value = RequestCodec.encode(record);
        for (int partition = 0; partition < requestPartitions; partition++) {
            send(TopicCatalogue.REQUESTS, partition, CONTROL_KEY, value);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
