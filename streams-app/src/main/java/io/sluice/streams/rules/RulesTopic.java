package io.sluice.streams.rules;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads the committed revisions of the rules topic, in order. */
final class RulesTopic implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final TopicPartition RULES = new TopicPartition(TopicCatalogue.RULES, 0);

    private final Consumer<byte[], byte[]> consumer;

    /** Opens the topic at its beginning. */
    RulesTopic(Map<String, String> kafka) {
        Map<String, Object> properties = new HashMap<>(StreamsProperties.clientsOwn(kafka));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(RULES));
        consumer.seekToBeginning(List.of(RULES));
    }

    /**
     * Reads to where the topic ends at the call.
     *
     * @return the newest revision; null if there is none
     * @throws KafkaException if the topic cannot be read in time
     */
    @Nullable RulesetActivation newest() {
        long end = consumer.endOffsets(List.of(RULES), TIMEOUT).getOrDefault(RULES, 0L);
        RulesetActivation newest = null;
        long startNanos = System.nanoTime();
        while (consumer.position(RULES, TIMEOUT) < end) {
            if (System.nanoTime() - startNanos > TIMEOUT.toNanos()) {
                throw new KafkaException(TopicCatalogue.RULES + " could not be read to its end in time");
            }
            for (RulesetActivation activation : next()) {
                newest = newest == null || activation.revision() > newest.revision() ? activation : newest;
            }
        }
        return newest;
    }

    /** The revisions that came since, perhaps none. */
    List<RulesetActivation> next() {
        List<RulesetActivation> activations = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            try {
                activations.add(ActivationCodec.decode(record.value()));
            } catch (WireException e) {
                throw new KafkaException(
                        TopicCatalogue.RULES + " offset " + record.offset() + ": " + e.getMessage(), e);
            }
        }
        return activations;
    }

    /** Ends a wait in {@link #next}; may be called by another thread. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
