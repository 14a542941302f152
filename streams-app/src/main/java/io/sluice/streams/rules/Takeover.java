package io.sluice.streams.rules;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Hands the revision that was in force before there was a rules writer to the rulebook. */
final class Takeover {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final TopicPartition AUDIT = new TopicPartition(TopicCatalogue.AUDIT, 0);

    private Takeover() {}

    /**
     * Sends an adoption if there is something to adopt and no step of a rules writer was audited yet. The rulebook takes the first one
     * only, so that two writers which start at once do no harm.
     */
    static void adopt(@Nullable RulesetActivation published, Map<String, String> kafka, ControlKey key) {
        if (published == null || hasAudit(kafka)) {
            return;
        }
        ControlCommand command = new ControlCommand(
                "adopt-" + published.revision(),
                shortened(published.author(), ControlCommand.PRINCIPAL_CHARS_MAX),
                shortened(published.reason(), ControlCommand.REASON_CHARS_MAX),
                new ControlCommand.Adopt(published.revision(), published.documentJson()),
                /* reply= */ null);
        Map<String, Object> properties = new HashMap<>(StreamsProperties.clientsOwn(kafka));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] record = RequestCodec.encode(key.sign(ControlCommandCodec.encode(command)));
            producer.send(new ProducerRecord<>(TopicCatalogue.RULES_COMMANDS, 0, null, record))
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("revision " + published.revision() + " could not be taken over", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while taking over", e);
        }
    }

    /** What was written before there were bounds, made to fit; blank becomes a dash. */
    private static String shortened(String text, int charsMax) {
        String filled = text.isBlank() ? "-" : text;
        return filled.length() > charsMax ? filled.substring(0, charsMax) : filled;
    }

    /** Whether there is an entry of a rules writer; accounts can be changed without one. */
    private static boolean hasAudit(Map<String, String> kafka) {
        Map<String, Object> properties = new HashMap<>(StreamsProperties.clientsOwn(kafka));
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            long end = consumer.endOffsets(List.of(AUDIT), TIMEOUT).getOrDefault(AUDIT, 0L);
            consumer.assign(List.of(AUDIT));
            consumer.seekToBeginning(List.of(AUDIT));
            while (consumer.position(AUDIT, TIMEOUT) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (AuditCodec.decode(record.value()).sequence() > 0) {
                        return true;
                    }
                }
            }
            return false;
        } catch (WireException e) {
            throw new KafkaException("the audit trail cannot be read", e);
        }
    }
}
