package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.UsageQueryCodec;
import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.usage.AccountNames;
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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of the usage roll-ups over Kafka, partition by partition. The instance that owns the partition answers, so
 * the client need not know which one it is.
 *
 * <pre>
 *   question --&gt; sluice.usage-queries.v1, the account's partition --&gt; usage roll-ups
 *      ^                                                                   |
 *      +------------------------ sluice.replies.v1 &lt;-----------------------+
 * </pre>
 *
 * <p>It waits for the topic in a thread of its own, so that a front end starts without it. It must not look with the
 * producer, because then the broker would create the topic.
 */
final class KafkaUsage implements UsageService, AutoCloseable {
    /** How long a query may take. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaUsage.class);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;

    private final KafkaAccounts.Wires wires;
    private final Map<String, Object> consumer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread looking = new Thread(this::look, "sluice-client-usage");
    private volatile boolean found;

    /** Starts to look for the topic. */
    static KafkaUsage start(KafkaAccounts.Wires wires, Map<String, Object> consumerProperties) {
        KafkaUsage usage = new KafkaUsage(wires, consumerProperties);
        usage.looking.start();
        return usage;
    }

    private KafkaUsage(KafkaAccounts.Wires wires, Map<String, Object> consumerProperties) {
        this.wires = wires;
        this.consumer = Map.copyOf(consumerProperties);
        this.looking.setDaemon(true);
    }

    private void look() {
        boolean told = false;
        while (!found && closing.getCount() > 0) {
            try {
                TopicSizes.await(consumer, List.of(TopicCatalogue.USAGE_QUERIES), KafkaAdmissions.CONNECT_WITHIN);
                KafkaAdmissions.awaitTopicMetadata(
                        wires.producer(), TopicCatalogue.USAGE_QUERIES, KafkaAdmissions.CONNECT_WITHIN);
                found = true;
            } catch (RuntimeException | Error e) {
                // Whatever it is: without this thread, nobody could query usage until a restart.
                if (!told) {
                    LOG.warn("usage cannot be queried yet: {}", e.toString());
                    told = true;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when this is closed, and then the loop ends.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("looking again: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    @Override
    public CompletableFuture<Answer<UsageReply>> usage(
            String account, UsageWindow window, long fromMillis, long toMillis) throws WireException {
        // Checked before anything else: a mistake is one whether or not there is somebody to ask.
        UsageQuery unsent =
                UsageQuery.OfAccount.checked(account, window, fromMillis, toMillis, new ReplyAddress(0, "unsent"));
        if (!found) {
            return CompletableFuture.completedFuture(new Unavailable<>(notConnected()));
        }
        int partition = AccountPartitioner.partitionOf(account, wires.requestPartitions());
        return ask(partition, new ExpectedReply(ExpectedReply.Kind.USAGE, account), unsent)
                .thenApply(arrival -> arrival.reply() instanceof UsageReply reply
                        ? new Answered<>(reply)
                        : new Unavailable<>(unanswered(arrival)));
    }

    @Override
    public CompletableFuture<Answer<Top>> top(Ranking by, UsageWindow window, long countMax) throws WireException {
        UsageQuery unsent = UsageQuery.Top.checked(by, window, countMax, new ReplyAddress(0, "unsent"));
        if (!found) {
            return CompletableFuture.completedFuture(new Unavailable<>(notConnected()));
        }
        return askAll(ExpectedReply.Kind.TOP, unsent).thenApply(arrivals -> TopMerge.of(arrivals, by, (int) countMax));
    }

    @Override
    public CompletableFuture<Answer<List<String>>> accounts(String prefix, long countMax) throws WireException {
        UsageQuery unsent = UsageQuery.Accounts.checked(prefix, countMax, new ReplyAddress(0, "unsent"));
        if (!found) {
            return CompletableFuture.completedFuture(new Unavailable<>(notConnected()));
        }
        return askAll(ExpectedReply.Kind.ACCOUNTS, unsent).thenApply(arrivals -> names(arrivals, (int) countMax));
    }

    private static Answer<List<String>> names(List<Arrival> arrivals, int countMax) {
        List<String> names = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            if (!(arrival.reply() instanceof AccountsReply reply)) {
                return new Unavailable<>(unanswered(arrival));
            }
            names.addAll(reply.accounts());
        }
        return new Answered<>(
                names.stream().sorted(AccountNames.BY_BYTES).limit(countMax).toList());
    }

    /** Asks every partition. */
    private CompletableFuture<List<Arrival>> askAll(ExpectedReply.Kind kind, UsageQuery unsent) {
        List<CompletableFuture<Arrival>> arrivals = new ArrayList<>();
        for (int partition = 0; partition < wires.requestPartitions(); partition++) {
            arrivals.add(ask(partition, new ExpectedReply(kind, Integer.toString(partition)), unsent));
        }
        return CompletableFuture.allOf(arrivals.toArray(CompletableFuture[]::new))
                .thenApply(all -> arrivals.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Arrival> ask(int partition, ExpectedReply expected, UsageQuery unsent) {
        CorrelationId id = wires.ids().next();
        ReplyAddress address =
                new ReplyAddress(wires.replyPartition(), wires.ids().text(id));
        CompletableFuture<Arrival> arrival = wires.pending().open(id, expected, ANSWER_WITHIN.toMillis());
        if (!arrival.isDone()) {
            byte[] value = UsageQueryCodec.encode(unsent.repliedTo(address));
            try {
                wires.producer()
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
        wires.pending().failed(id, "the query could not be written: " + failure.getMessage());
    }

    static String unanswered(Arrival arrival) {
        String why = arrival.reply() == null ? arrival.failure() : "a reply to another query";
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
        looking.interrupt();
    }
}
