package io.sluice.perf.baseline;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The two topics of the echo, and its clients, configured as Sluice's own client is. */
public final class EchoTopics {
    static final String REQUESTS = "perf.echo.requests";
    static final String REPLIES = "perf.echo.replies";
    /** As many as the request topic of {@code sluice dev} has. */
    static final int PARTITIONS = 4;

    static final int REPLY_PARTITION = 0;
    private static final short ONE_REPLICA = 1;

    private EchoTopics() {}

    /** Adds the topics to a cluster. */
    public static void create(String bootstrapServers) throws InterruptedException, ExecutionException {
        List<NewTopic> topics = List.of(
                new NewTopic(REQUESTS, PARTITIONS, ONE_REPLICA), new NewTopic(REPLIES, PARTITIONS, ONE_REPLICA));
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers);
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(topics).all().get();
        }
    }

    /** Starts a thread that sends every request back as a reply: the middle of two hops. */
    static void startEcho(String bootstrapServers) {
        Producer<byte[], byte[]> replies = producer(bootstrapServers);
        new PollLoop("perf-echo", consumerAtEnd(bootstrapServers, REQUESTS, PARTITIONS), record -> {
                    Future<RecordMetadata> unused =
                            replies.send(new ProducerRecord<>(REPLIES, REPLY_PARTITION, record.key(), record.value()));
                })
                .start();
    }

    static Producer<byte[], byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0, "batch.size", 65_536),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A consumer at the end of the topic's first partitions. */
    static Consumer<byte[], byte[]> consumerAtEnd(String bootstrapServers, String topic, int partitionCount) {
        Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, partitionCount)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // seekToEnd is lazy: asking for the position is what fixes it.
        partitions.forEach(consumer::position);
        return consumer;
    }
}
