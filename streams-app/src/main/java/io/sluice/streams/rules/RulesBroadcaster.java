package io.sluice.streams.rules;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.RulesRecord;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import io.sluice.topics.SignedRules;
import io.sluice.topics.TopicFollower;
import io.sluice.topics.UntrustedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes committed revisions into every request partition: the newest one when it starts, then each new
 * one. It does the same with access entries.
 *
 * <p>It signs nothing. It relays what the rules writer signed, byte for byte, and skips everything else. A partition
 * skips a revision that it has or has passed, so every instance may broadcast, as often as it likes. Not transactional
 * on purpose, see {@link RulesTopology}.
 */
final class RulesBroadcaster implements AutoCloseable, TopicFollower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(RulesBroadcaster.class);
    private static final Duration SEND_WITHIN = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    private final VerifyingKeys rules;
    private final RulesMetrics metrics;
    private final Producer<byte[], byte[]> producer;
    private final TopicFollower follower;
    /** Revisions to send, in their order; used by the follower's thread alone, like the fields below. */
    private final Deque<Published> unsent = new ArrayDeque<>();

    private long newest;
    private long newestAccess;
    private boolean caughtUp;

    /**
     * A verified record, in the bytes that were signed.
     *
     * @param number the revision, or the version of the access entries
     */
    private record Published(boolean isAccess, long number, byte[] record) {
        @Override
        public String toString() {
            return (isAccess ? "access entries " : "ruleset revision ") + number;
        }
    }

    private RulesBroadcaster(
            Map<String, String> kafka, VerifyingKeys rules, MeterRegistry registry, RulesMetrics metrics) {
        this.rules = rules;
        this.metrics = metrics;
        this.producer = producer(kafka);
        this.follower = new TopicFollower(TopicCatalogue.RULES, kafka, registry, this, "sluice-rules-broadcaster");
    }

    /** A broadcaster that begins with {@link #start}. */
    static RulesBroadcaster of(
            Map<String, String> kafka, VerifyingKeys rules, MeterRegistry registry, RulesMetrics metrics) {
        return new RulesBroadcaster(StreamsProperties.clientsOwn(kafka), rules, registry, metrics);
    }

    void start() {
        follower.start();
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record) throws WireException, UntrustedException {
        RulesRecord published = SignedRules.read(rules, record);
        boolean isAccess = published instanceof AccessSnapshot;
        long number = published instanceof AccessSnapshot access
                ? access.version()
                : ((RulesetActivation) published).revision();
        if (number <= (isAccess ? newestAccess : newest)) {
            return;
        }
        if (isAccess) {
            newestAccess = number;
        } else {
            newest = number;
        }
        if (!caughtUp) {
            // Of the records that existed at the start, only the newest of each kind is needed.
            unsent.removeIf(older -> older.isAccess() == isAccess);
        }
        unsent.add(new Published(isAccess, number, record.value()));
    }

    @Override
    public void polled(boolean complete) {
        caughtUp = caughtUp || complete;
        while (caughtUp && !unsent.isEmpty()) {
            // Removed once every partition has it: after a failure it is sent again.
            broadcast(unsent.element());
            unsent.remove();
        }
    }

    private void broadcast(Published published) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < producer.partitionsFor(TopicCatalogue.REQUESTS).size(); i++) {
            sent.add(producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, i, null, published.record())));
        }
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get(SEND_WITHIN.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new KafkaException(published + " did not reach every partition", e);
            } catch (InterruptedException e) {
                throw new InterruptException("interrupted while broadcasting", e);
            }
        }
        metrics.broadcast();
        LOG.info("{} sent into {} request partitions", published, sent.size());
    }

    private static Producer<byte[], byte[]> producer(Map<String, String> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * TopicCatalogue.REQUEST_BYTES_MAX);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        follower.close();
        producer.close(CLOSE_WITHIN);
    }
}
