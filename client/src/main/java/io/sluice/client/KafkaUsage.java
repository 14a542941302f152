package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.UsageQueryCodec;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the usage roll-ups over Kafka, partition by partition. Whoever has the partition answers from its store, so
 * nothing has to know who that is.
 *
 * <pre>
 *   question --&gt; sluice.usage-queries.v1, the account's partition --&gt; usage roll-ups
 *      ^                                                                   |
 *      +------------------------ sluice.replies.v1 &lt;-----------------------+
 * </pre>
 *
 * <p>It connects in a thread of its own, for as long as that takes. A front end starts and decides without it.
 */
public final class KafkaUsage implements UsageService, AutoCloseable {
    /** How long a question may take. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaUsage.class);
    /** No number of its own: it takes the reply partition that is used least. */
    private static final int QUIET_REPLY_PARTITION = -1;

    private static final int PENDING_MAX = 1_000;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Map<String, String> kafka;
    private final MeterRegistry registry;
    private final Duration answerWithin;
    private final CorrelationIds ids = new CorrelationIds();
    private final PendingReplies pending;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread connecting = new Thread(this::connect, "sluice-client-usage");
    private volatile @Nullable Connection connection;

    private record Connection(Producer<byte[], byte[]> producer, ReplyReader replies, TopicSizes topics)
            implements AutoCloseable {
        @Override
        public void close() {
            producer.close(CLOSE_TIMEOUT);
            replies.close();
        }
    }

    private KafkaUsage(Map<String, String> kafka, MeterRegistry registry, Duration answerWithin) {
        this.kafka = Map.copyOf(kafka);
        this.registry = registry;
        this.answerWithin = answerWithin;
        // Counted apart: the other metrics of the pending table are those of admissions.
        this.pending = new PendingReplies(PENDING_MAX, new SimpleMeterRegistry(), new ForeignReplies(registry));
        this.connecting.setDaemon(true);
    }

    /**
     * Starts to connect.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     */
    public static KafkaUsage start(Map<String, String> kafka, MeterRegistry registry) {
        KafkaUsage usage = new KafkaUsage(kafka, registry, ANSWER_WITHIN);
        usage.connecting.start();
        return usage;
    }

    private void connect() {
        boolean told = false;
        while (connection == null && closing.getCount() > 0) {
            try {
                keep(connected());
            } catch (KafkaException e) {
                if (!told) {
                    LOG.warn("usage cannot be asked for yet: {}", e.getMessage());
                    told = true;
                }
                pause();
            }
        }
    }

    private Connection connected() {
        Map<String, Object> consumer = ClientProperties.consumer(kafka);
        TopicSizes topics = TopicSizes.lookUp(consumer, QUIET_REPLY_PARTITION, KafkaAdmissions.CONNECT_WITHIN);
        TopicSizes.await(consumer, List.of(TopicCatalogue.USAGE_QUERIES), KafkaAdmissions.CONNECT_WITHIN);
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                ClientProperties.producer(kafka), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            KafkaAdmissions.awaitTopicMetadata(producer, TopicCatalogue.USAGE_QUERIES, KafkaAdmissions.CONNECT_WITHIN);
            ReplyReader.Source source = new ReplyReader.Source(consumer, topics.replyPartition(), registry);
            return new Connection(producer, ReplyReader.start(source, ids, pending, new RevocationRelay()), topics);
        } catch (KafkaException e) {
            producer.close(CLOSE_TIMEOUT);
            throw e;
        }
    }

    private synchronized void keep(Connection next) {
        if (closing.getCount() == 0) {
            next.close();
        } else {
            connection = next;
        }
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when this is closed, and then the loop ends.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("connecting again: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    @Override
    public CompletableFuture<Answer<UsageReply>> usage(
            String account, UsageWindow window, long fromMillis, long toMillis) throws WireException {
        Connection current = connection;
        // Checked before anything else: a mistake is one whether or not there is somebody to ask.
        UsageQuery unsent =
                UsageQuery.OfAccount.checked(account, window, fromMillis, toMillis, new ReplyAddress(0, "unsent"));
        if (current == null) {
            return CompletableFuture.completedFuture(new Unavailable<>(notConnected()));
        }
        int partition = AccountPartitioner.partitionOf(account, current.topics().requestPartitions());
        return ask(current, partition, new ExpectedReply(ExpectedReply.Kind.USAGE, account), unsent)
                .thenApply(arrival -> arrival.reply() instanceof UsageReply reply
                        ? new Answered<>(reply)
                        : new Unavailable<>(unanswered(arrival)));
    }

    @Override
    public CompletableFuture<Answer<Top>> top(Ranking by, UsageWindow window, long countMax) throws WireException {
        Connection current = connection;
        UsageQuery unsent = UsageQuery.Top.checked(by, window, countMax, new ReplyAddress(0, "unsent"));
        if (current == null) {
            return CompletableFuture.completedFuture(new Unavailable<>(notConnected()));
        }
        List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
        for (int partition = 0; partition < current.topics().requestPartitions(); partition++) {
            ExpectedReply expected = new ExpectedReply(ExpectedReply.Kind.TOP, Integer.toString(partition));
            arrivals.add(ask(current, partition, expected, unsent));
        }
        return CompletableFuture.allOf(arrivals.toArray(CompletableFuture[]::new))
                .thenApply(all -> TopMerge.of(
                        arrivals.stream().map(CompletableFuture::join).toList(), by, (int) countMax));
    }

    private CompletableFuture<Arrival> ask(
            Connection current, int partition, ExpectedReply expected, UsageQuery unsent) {
        CorrelationId id = ids.next();
        ReplyAddress address = new ReplyAddress(current.topics().replyPartition(), ids.text(id));
        CompletableFuture<Arrival> arrival = pending.open(id, expected, answerWithin.toMillis());
        if (!arrival.isDone()) {
            byte[] value = UsageQueryCodec.encode(unsent.repliedTo(address));
            try {
                current.producer()
                        .send(
                                new ProducerRecord<>(TopicCatalogue.USAGE_QUERIES, partition, null, value),
                                (metadata, failure) -> {
                                    if (failure != null) {
                                        failed(id, failure);
                                    }
                                });
            } catch (KafkaException | IllegalStateException e) {
                failed(id, e);
            }
        }
        return arrival;
    }

    private void failed(CorrelationId id, Exception failure) {
        pending.failed(id, "the question could not be written: " + failure.getMessage());
    }

    static String unanswered(Arrival arrival) {
        String why = arrival.reply() == null ? arrival.failure() : "a reply to another question";
        return "the usage roll-ups did not answer: " + why
                + " (expected: a streams app that runs them, and is not far behind)";
    }

    private static String notConnected() {
        return "the usage roll-ups are not known yet (expected: topic " + TopicCatalogue.USAGE_QUERIES
                + ", which `sluice topics create` creates)";
    }

    @Override
    public void close() {
        closing.countDown();
        pending.close();
        Connection current;
        synchronized (this) {
            current = connection;
            connection = null;
        }
        if (current != null) {
            current.close();
        }
    }
}
