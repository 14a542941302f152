package io.sluice.client.rules;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a ruleset in force: writes it to the rules topic under the next revision, then, signed, into every request
 * partition.
 *
 * <p>Broadcasting is idempotent, since a partition ignores a revision that it has, so whatever is in force is broadcast
 * again at each start. One publisher at a time: two at once could give one revision to two rulesets. It is for clusters
 * without a rules writer, and refuses once one was ever commanded; the writer takes over what was published before.
 */
public final class RulesetPublisher {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final Map<String, String> kafka;
    private final ControlKey key;

    public RulesetPublisher(Map<String, String> kafka, ControlKey key) {
        this.kafka = Map.copyOf(kafka);
        this.key = key;
    }

    /** Who changes the rules, and why. */
    public record Change(String author, String reason) {}

    /**
     * Puts the document in force, unless it is already; returns the revision that is in force afterwards.
     *
     * @param documentJson a ruleset document that compiles, as JSON text
     * @throws KafkaException if the cluster does not take it
     */
    public long publish(String documentJson, Change change) {
        refuseBesideWriter();
        RulesetActivation latest = latest();
        RulesetActivation next = successor(latest, documentJson, change);
        String payload = ActivationCodec.encode(next);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(producerProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            if (next != latest) {
                awaitAll(List.of(producer.send(new ProducerRecord<>(
                        TopicCatalogue.RULES,
                        Long.toString(next.revision()).getBytes(StandardCharsets.UTF_8),
                        payload.getBytes(StandardCharsets.UTF_8)))));
            }
            broadcast(producer, payload);
        }
        return next.revision();
    }

    private void refuseBesideWriter() {
        TopicPartition commands = new TopicPartition(TopicCatalogue.RULES_COMMANDS, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            boolean exists = consumer.listTopics(TIMEOUT).containsKey(commands.topic());
            if (exists && consumer.endOffsets(List.of(commands), TIMEOUT).getOrDefault(commands, 0L) > 0) {
                throw new KafkaException("the rules writer is in charge of " + TopicCatalogue.RULES
                        + " (expected: a proposal, through the admin port)");
            }
        }
    }

    private static RulesetActivation successor(@Nullable RulesetActivation latest, String documentJson, Change change) {
        if (latest == null) {
            return new RulesetActivation(1, documentJson, change.author(), change.reason());
        }
        return latest.documentJson().equals(documentJson)
                ? latest
                : new RulesetActivation(latest.revision() + 1, documentJson, change.author(), change.reason());
    }

    private void broadcast(Producer<byte[], byte[]> producer, String payload) {
        byte[] record = RequestCodec.encode(key.sign(payload));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < producer.partitionsFor(TopicCatalogue.REQUESTS).size(); i++) {
            sent.add(producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, i, null, record)));
        }
        awaitAll(sent);
    }

    private static void awaitAll(List<Future<RecordMetadata>> sent) {
        for (Future<RecordMetadata> record : sent) {
            try {
                record.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new KafkaException("the ruleset could not be written", e.getCause());
            } catch (TimeoutException e) {
                throw new KafkaException("the ruleset could not be written in time", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while writing the ruleset", e);
            }
        }
    }

    /**
     * The newest ruleset of the rules topic, or null if there is none.
     *
     * @throws KafkaException if the topic is missing or cannot be read
     */
    public @Nullable RulesetActivation latest() {
        TopicPartition partition = new TopicPartition(TopicCatalogue.RULES, 0);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
            RulesetActivation latest = null;
            long progressNanos = System.nanoTime();
            while (consumer.position(partition, TIMEOUT) < end) {
                // A poll of a broker that is gone is merely empty.
                if (System.nanoTime() - progressNanos > TIMEOUT.toNanos()) {
                    throw new KafkaException(TopicCatalogue.RULES + " could not be read to its end in time");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    RulesetActivation read = read(record);
                    latest = latest == null || read.revision() > latest.revision() ? read : latest;
                    progressNanos = System.nanoTime();
                }
            }
            return latest;
        }
    }

    private static RulesetActivation read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return ActivationCodec.decode(record.value());
        } catch (WireException e) {
            throw new KafkaException(TopicCatalogue.RULES + " offset " + record.offset() + ": " + e.getMessage(), e);
        }
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }
}
