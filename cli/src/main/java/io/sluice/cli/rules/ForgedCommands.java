package io.sluice.cli.rules;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that notices, while a caller waits for the answer to a command, that the rules writer refuses commands as
 * forged.
 *
 * <p>The writer never answers a command with an invalid signature, since anybody could have sent it. But it
 * dead-letters the command, which its sender can see. The dead letter may belong to another sender's command, so it
 * is only a suspicion, and the caller waits a little longer for the answer.
 */
final class ForgedCommands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForgedCommands.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK_UP = Duration.ofSeconds(10);
    private static final long ANSWER_MILLIS = 2_000;

    private final Consumer<byte[], byte[]> consumer;
    private final RecordGuard guard = new RecordGuard(TopicCatalogue.DEAD_LETTERS, new SimpleMeterRegistry());
    private final CompletableFuture<String> suspicion = new CompletableFuture<>();
    private final String message;
    private final Thread thread = new Thread(this::read, "sluice-forged-commands");

    private ForgedCommands(Consumer<byte[], byte[]> consumer, String keySource) {
        this.consumer = consumer;
        this.message = "the rules writer takes the command for a forged one: is the command key of " + keySource
                + " the one that the streams apps have? (dead letters with sluice.reason=forged, metric"
                + " sluice_rules_commands_total{outcome=\"forged\"})";
    }

    /**
     * Begins to watch.
     *
     * @param keySource where the command key came from, for the message
     */
    static ForgedCommands watch(Map<String, String> kafka, String keySource) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Dead letters of an open transaction count, too: they only lead to a warning.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        ForgedCommands watch = new ForgedCommands(
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()), keySource);
        watch.goToEnd();
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** Completes with a warning once commands of ours seem to be taken for forged ones; else never. */
    CompletableFuture<String> suspicion() {
        return suspicion;
    }

    private void goToEnd() {
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(TopicCatalogue.DEAD_LETTERS, LOOK_UP).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(partition -> consumer.position(partition, LOOK_UP));
        } catch (KafkaException e) {
            // A caller that may not read dead letters still gets an answer, or its time-out.
            LOG.info("dead letters cannot be watched: {}", e.getMessage());
        }
    }

    private void read() {
        try (consumer) {
            while (!consumer.assignment().isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> deadLetter : consumer.poll(POLL)) {
                    guard.read(deadLetter, this::look);
                }
            }
        } catch (WakeupException | InterruptException e) {
            LOG.debug("no longer watching dead letters");
        } catch (KafkaException e) {
            LOG.info("dead letters cannot be watched any more: {}", e.getMessage());
        }
    }

    private void look(ConsumerRecord<byte[], byte[]> deadLetter) {
        if (is(deadLetter, "sluice.reason", "forged")
                && is(deadLetter, "sluice.topic", TopicCatalogue.RULES_COMMANDS)) {
            suspicion.completeOnTimeout(message, ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static boolean is(ConsumerRecord<byte[], byte[]> deadLetter, String name, String value) {
        Header header = deadLetter.headers().lastHeader(name);
        return header != null
                && header.value() != null
                && new String(header.value(), StandardCharsets.UTF_8).equals(value);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(LOOK_UP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
