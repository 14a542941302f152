package io.sluice.streams.rules;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import io.sluice.streams.ops.ClusterFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that takes committed revisions, signed, into every request partition: the newest one when it starts, then
 * each as it comes.
 *
 * <p>A partition passes over a revision that it has or has passed, so every instance may broadcast, as often as it
 * likes; on any failure it simply begins again. Not transactional on purpose, see {@link RulesTopology}.
 */
final class RulesBroadcaster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RulesBroadcaster.class);
    private static final Duration SEND_WITHIN = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 500;

    private final Map<String, String> kafka;
    private final ControlKey key;
    private final RulesMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable RulesTopic topic;
    /** Used by the thread alone. */
    private boolean failing;

    private RulesBroadcaster(Map<String, String> kafka, ControlKey key, RulesMetrics metrics) {
        this.kafka = StreamsProperties.clientsOwn(kafka);
        this.key = key;
        this.metrics = metrics;
        this.thread = new Thread(this::run, "sluice-rules-broadcaster");
        this.thread.setDaemon(true);
    }

    static RulesBroadcaster start(Map<String, String> kafka, ControlKey key, RulesMetrics metrics) {
        RulesBroadcaster broadcaster = new RulesBroadcaster(kafka, key, metrics);
        broadcaster.thread.start();
        return broadcaster;
    }

    private void run() {
        while (!isClosing()) {
            try (RulesTopic rules = new RulesTopic(kafka);
                    Producer<byte[], byte[]> producer = producer()) {
                topic = rules;
                follow(rules, producer);
            } catch (WakeupException e) {
                LOG.debug("woken to close");
            } catch (RuntimeException e) {
                tellFailure(e);
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One line for an outage, however long; what no outage explains comes with its trace. */
    private void tellFailure(RuntimeException failure) {
        if (!ClusterFailure.isBehind(failure)) {
            LOG.warn("broadcasting rulesets failed; starting again", failure);
        } else if (!failing) {
            LOG.warn("rulesets cannot be broadcast until Kafka answers: {}", ClusterFailure.lineOf(failure));
        }
        failing = true;
    }

    private void tellSuccess() {
        if (failing) {
            failing = false;
            LOG.info("rulesets can be broadcast again");
        }
    }

    private void follow(RulesTopic rules, Producer<byte[], byte[]> producer) throws InterruptedException {
        RulesetActivation newest = rules.newest();
        if (newest != null) {
            broadcast(producer, newest);
        }
        tellSuccess();
        while (!isClosing()) {
            for (RulesetActivation activation : rules.next()) {
                broadcast(producer, activation);
            }
        }
    }

    private void broadcast(Producer<byte[], byte[]> producer, RulesetActivation activation)
            throws InterruptedException {
        byte[] record = RequestCodec.encode(key.sign(ActivationCodec.encode(activation)));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < producer.partitionsFor(TopicCatalogue.REQUESTS).size(); i++) {
            sent.add(producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, i, null, record)));
        }
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get(SEND_WITHIN.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new KafkaException("revision " + activation.revision() + " did not reach every partition", e);
            }
        }
        metrics.broadcast();
        LOG.info("ruleset revision {} sent into {} request partitions", activation.revision(), sent.size());
    }

    private Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * TopicCatalogue.REQUEST_BYTES_MAX);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when closed, and then the loop does.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("starting again: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        RulesTopic current = topic;
        if (current != null) {
            current.wakeUp();
        }
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
