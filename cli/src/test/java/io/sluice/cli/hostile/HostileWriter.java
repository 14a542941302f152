package io.sluice.cli.hostile;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Somebody who may write to every topic; compresses, so that values of megabytes pass the broker. */
final class HostileWriter implements AutoCloseable {
    private final Producer<byte[], byte[]> producer;

    HostileWriter(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        4 * TopicCatalogue.REQUEST_BYTES_MAX),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(record);
    }

    /** Whether the broker took it: a compacted topic takes no record without a key. */
    static boolean isTaken(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            return sent.get().hasOffset();
        } catch (ExecutionException e) {
            // Refused itself, or with the rest of its batch.
            if (e.getCause() instanceof KafkaException) {
                return false;
            }
            throw new IllegalStateException("a hostile record could not be written", e.getCause());
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
