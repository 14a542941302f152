package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.sluice.client.ExpectedReply.Kind;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admissions over Kafka: a record on the request topic, an answer on a partition of the reply topic.
 *
 * <pre>
 *   admit --&gt; pending table --&gt; producer --&gt; sluice.requests.v1 --&gt; streams app
 *     ^            |                                                    |
 *     +-- future --+-- reply reader &lt;-- sluice.replies.v1, partition p --+
 * </pre>
 */
public final class KafkaAdmissions implements Admissions, LeaseService, AutoCloseable {
    /** How long {@link #connect} tries to find the topics: a broker may start at the same time. */
    static final Duration CONNECT_WITHIN = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(KafkaAdmissions.class);
    private static final long LOOK_NANOS = 5_000_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final FailurePolicies NO_POLICY = (request, detail) -> new Answer.Unavailable<>(detail);

    private final FailurePolicies failurePolicies;
    private final RequestTraces traces;
    private final CorrelationIds ids = new CorrelationIds();
    private final PendingReplies pending;
    private final Backlog backlog;
    private final Producer<byte[], byte[]> producer;
    private final KafkaClientMetrics producerMetrics;
    private final RevocationRelay revocations = new RevocationRelay();
    private final Counter reportsLost;
    private final Counter verdicts;
    private final ReplyReader reader;
    private final SelfPing selfPing;
    private final KafkaUsage usage;
    private final int requestPartitions;
    private final PartitionCount partitionCount;
    private final int replyPartition;
    private final long pingDeadlineMillis;

    /** The meters, and the spans of sampled requests. */
    private record Telemetry(MeterRegistry registry, RequestTraces traces) {}

    private KafkaAdmissions(
            ClientConfig config,
            FailurePolicies failurePolicies,
            TopicSizes topics,
            Producer<byte[], byte[]> producer,
            Telemetry telemetry) {
        MeterRegistry registry = telemetry.registry();
        this.traces = telemetry.traces();
        this.failurePolicies = failurePolicies;
        this.producer = producer;
        this.requestPartitions = topics.requestPartitions();
        this.partitionCount = new PartitionCount(requestPartitions, System::nanoTime);
        this.replyPartition = topics.replyPartition();
        this.pending = new PendingReplies(config.pendingMax(), registry);
        this.backlog = new Backlog(requestPartitions, config.waitSharePercent(), System::nanoTime, registry);
        this.reportsLost = Counter.builder("sluice.client.reports.lost")
                .description("Lease reports that could not be written: their leases count as spent")
                .register(registry);
        this.verdicts = Counter.builder("sluice.client.verdicts")
                .description("Admissions and batches that the ledger answered")
                .register(registry);
        this.reader = ReplyReader.start(
                new ReplyReader.Source(
                        ClientProperties.consumer(config.kafka()),
                        replyPartition,
                        registry,
                        traces,
                        config.repliesRememberedMax()),
                ids,
                pending,
                revocations);
        this.usage = KafkaUsage.start(
                new KafkaAccounts.Wires(ids, pending, producer, replyPartition, requestPartitions),
                ClientProperties.consumer(config.kafka()));
        this.pingDeadlineMillis = config.pingInterval().toMillis();
        this.selfPing = new SelfPing(requestPartitions, config.pingInterval(), System::nanoTime, this::ping);
        Gauge.builder("sluice.client.partitions.missing", selfPing, SelfPing::missingCount)
                .description("Request partitions that do not answer pings, or have no ruleset in force")
                .register(registry);
        this.producerMetrics = new KafkaClientMetrics(producer);
        producerMetrics.bindTo(registry);
    }

    /**
     * Connects, and begins to ping; {@link #readiness} shows when the cluster answers.
     *
     * @throws KafkaException if the topics are not found within {@link #CONNECT_WITHIN}
     */
    public static KafkaAdmissions connect(ClientConfig config, MeterRegistry registry) {
        return connect(config, registry, CONNECT_WITHIN);
    }

    /**
     * Connects like {@link #connect(ClientConfig, MeterRegistry)}, with other answers than that of the one policy of
     * the configuration.
     */
    public static KafkaAdmissions connect(
            ClientConfig config, FailurePolicies failurePolicies, MeterRegistry registry) {
        return connect(config, failurePolicies, registry, OpenTelemetry.noop());
    }

    /**
     * Connects like {@link #connect(ClientConfig, FailurePolicies, MeterRegistry)}, with spans for requests that are
     * sampled: each belongs to the trace that is current where the request is made.
     */
    public static KafkaAdmissions connect(
            ClientConfig config, FailurePolicies failurePolicies, MeterRegistry registry, OpenTelemetry openTelemetry) {
        return connect(
                config, failurePolicies, new Telemetry(registry, new RequestTraces(openTelemetry)), CONNECT_WITHIN);
    }

    static KafkaAdmissions connect(ClientConfig config, MeterRegistry registry, Duration within) {
        FailurePolicy policy = config.failurePolicy();
        Telemetry telemetry = new Telemetry(registry, new RequestTraces(OpenTelemetry.noop()));
        return connect(config, (request, detail) -> policy.answer(request, detail), telemetry, within);
    }

    private static KafkaAdmissions connect(
            ClientConfig config, FailurePolicies failurePolicies, Telemetry telemetry, Duration within) {
        TopicSizes topics = TopicSizes.lookUp(ClientProperties.consumer(config.kafka()), config.replyOrdinal(), within);
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                ClientProperties.promptProducer(config.kafka()), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            awaitTopicMetadata(producer, TopicCatalogue.REQUESTS, within);
            KafkaAdmissions admissions = new KafkaAdmissions(config, failurePolicies, topics, producer, telemetry);
            admissions.selfPing.start();
            return admissions;
        } catch (KafkaException e) {
            producer.close(CLOSE_TIMEOUT);
            throw e;
        }
    }

    /**
     * Has the producer fetch the metadata of a topic, which exists, before the first request. One attempt lasts no
     * longer than a caller may be blocked, so there are many.
     */
    static void awaitTopicMetadata(Producer<byte[], byte[]> producer, String topic, Duration within) {
        long startNanos = System.nanoTime();
        boolean known = false;
        while (!known) {
            try {
                known = !producer.partitionsFor(topic).isEmpty();
            } catch (TimeoutException e) {
                if (System.nanoTime() - startNanos > within.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        return admitted(request, deadlineMillis, failurePolicies, /* late= */ null);
    }

    /**
     * The same, without failure policies: where no verdict comes, nothing answers in its place. For a caller that takes
     * nothing but verdicts, so that no policy charges an estimate for it, or counts an answer that nobody got.
     */
    public Admissions withoutFailurePolicies() {
        return new ForwardingAdmissions(this) {
            @Override
            public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
                return admitted(request, deadlineMillis, NO_POLICY, /* late= */ null);
            }
        };
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, Late<AdmissionVerdict.Recorded> late) {
        return admitted(request, deadlineMillis, failurePolicies, new Late<>(late.withinMillis(), reply -> {
            if (reply instanceof Verdict verdict) {
                late.taker().accept(new AdmissionVerdict.Recorded(verdict));
            }
        }));
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitted(
            AdmissionRequest request, long deadlineMillis, FailurePolicies policies, @Nullable Late<Reply> late) {
        if (deadlineMillis <= request.maxWaitMillis()) {
            throw new IllegalArgumentException("deadlineMillis: " + deadlineMillis + " (expected: above maxWaitMillis, "
                    + request.maxWaitMillis() + ")");
        }
        byte[] key = key(request.clientId());
        int partition = AccountPartitioner.partitionOf(key, requestPartitions);
        String refusal = backlog.refusal(partition, deadlineMillis - request.maxWaitMillis());
        if (refusal != null) {
            return CompletableFuture.completedFuture(policies.answer(request, refusal));
        }
        CorrelationId id = ids.next();
        ExpectedReply subject =
                new ExpectedReply(Kind.ADMISSION, request.clientId().text());
        Backlog.QueuedRequest queued = backlog.enter(partition);
        // A peek takes no tokens, so it need not wait.
        boolean waits = request.maxWaitMillis() > 0 && request.cost() > 0;
        CompletableFuture<Arrival> arrival = waits
                ? pending.openUntilScheduled(id, subject, deadlineMillis, queued)
                : pending.open(id, subject, deadlineMillis, queued, late);
        return send(partition, key, request, id, arrival)
                .thenApply(arrived -> admissionAnswer(request, policies, partitionCount.explained(arrived)));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return ask(Kind.BATCH, request, request.clientId(), deadlineMillis)
                .thenApply(arrival -> batchAnswer(request, partitionCount.explained(arrival)));
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return ask(Kind.SETTLEMENT, request, request.clientId(), deadlineMillis)
                .thenApply(arrival -> ReplyAnswers.settlement(partitionCount.explained(arrival)));
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return ask(Kind.QUOTA, new QuotaQuery(clientId), clientId, deadlineMillis)
                .thenApply(arrival -> ReplyAnswers.quota(partitionCount.explained(arrival)));
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return ask(Kind.EXPLANATION, new ExplainQuery(request), request.clientId(), deadlineMillis)
                .thenApply(arrival -> ReplyAnswers.explanation(partitionCount.explained(arrival)));
    }

    @Override
    public Readiness readiness() {
        return partitionCount.of(selfPing.readiness());
    }

    @Override
    public List<PartitionHealth> partitions() {
        return selfPing.partitions();
    }

    @Override
    public CompletableFuture<Answer<LeaseReply>> lease(
            LeaseRequest request, long deadlineMillis, Late<LeaseReply> late) {
        Late<Reply> lateReply = new Late<>(late.withinMillis(), reply -> {
            if (reply instanceof LeaseReply lease) {
                late.taker().accept(lease);
            }
        });
        return ask(Kind.LEASE, request, request.clientId(), deadlineMillis, lateReply)
                .thenApply(arrival -> ReplyAnswers.lease(partitionCount.explained(arrival)));
    }

    @Override
    public void report(LeaseReport report) {
        byte[] key = key(report.clientId());
        report(AccountPartitioner.partitionOf(key, requestPartitions), key, report, 1);
    }

    @Override
    public void report(List<LeaseReport> reports) {
        List<ReportBatches.Batch> batches;
        try {
            batches = ReportBatches.of(reports, requestPartitions);
        } catch (RuntimeException | Error e) {
            lost(reports.size(), e);
            return;
        }
        batches.forEach(batch -> report(batch.partition(), batch.key(), batch.request(), batch.reports()));
    }

    private void report(int partition, byte @Nullable [] key, Request request, int reports) {
        try {
            byte[] value = RequestCodec.encode(request);
            producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, partition, key, value), (metadata, failure) -> {
                if (failure != null) {
                    reportsLost.increment(reports);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            reportsLost.increment(reports);
        } catch (RuntimeException | Error e) {
            lost(reports, e);
        }
    }

    /** A defect with some reports must not be the end of those that follow. */
    private void lost(int reports, Throwable defect) {
        LOG.error("{} lease reports could not be written", reports, defect);
        reportsLost.increment(reports);
    }

    /** Usage and rankings, over the same connection. */
    public UsageService usage() {
        return usage;
    }

    @Override
    public CompletableFuture<?> overdue() {
        return pending.overdue();
    }

    @Override
    public void listen(LeaseService.Listener listener) {
        revocations.relayTo(listener);
    }

    private static byte[] key(ClientId clientId) {
        return clientId.account().getBytes(StandardCharsets.UTF_8);
    }

    private CompletableFuture<Arrival> ask(Kind kind, Request request, ClientId clientId, long deadlineMillis) {
        return ask(kind, request, clientId, deadlineMillis, /* late= */ null);
    }

    private CompletableFuture<Arrival> ask(
            Kind kind, Request request, ClientId clientId, long deadlineMillis, @Nullable Late<Reply> late) {
        byte[] key = key(clientId);
        int partition = AccountPartitioner.partitionOf(key, requestPartitions);
        String refusal = kind.isAlwaysSent() ? null : backlog.refusal(partition, deadlineMillis);
        if (refusal != null) {
            return CompletableFuture.completedFuture(new Arrival(null, refusal));
        }
        CorrelationId id = ids.next();
        ExpectedReply subject = new ExpectedReply(kind, clientId.text());
        Backlog.QueuedRequest queued = backlog.enter(partition);
        return send(partition, key, request, id, pending.open(id, subject, deadlineMillis, queued, late));
    }

    private CompletableFuture<Arrival> send(
            int partition, byte[] key, Request request, CorrelationId id, CompletableFuture<Arrival> arrival) {
        if (arrival.isDone()) {
            return arrival;
        }
        ProducerRecord<byte[], byte[]> record = record(partition, key, request, id);
        Span span = traces.sending(record);
        write(record, id, span);
        return span == null ? arrival : arrival.thenApply(arrived -> traces.received(span, arrived));
    }

    private void ping(int partition) {
        if (partition == 0) {
            countPartitions();
        }
        CorrelationId id = ids.next();
        CompletableFuture<Arrival> opened =
                pending.open(id, new ExpectedReply(Kind.PONG, Integer.toString(partition)), pingDeadlineMillis);
        if (!opened.isDone()) {
            write(record(partition, null, new Ping(), id), id, /* span= */ null);
        }
        opened.thenAccept(arrival -> {
            if (arrival.reply() instanceof Pong pong) {
                selfPing.answered(pong);
            }
        });
    }

    private void countPartitions() {
        try {
            partitionCount.found(producer.partitionsFor(TopicCatalogue.REQUESTS).size());
        } catch (KafkaException | IllegalStateException e) {
            // The cluster is not known just now, or refuses this client. No caller waits for it here.
            LOG.debug("the request partitions could not be counted", e);
        }
    }

    private ProducerRecord<byte[], byte[]> record(
            int partition, byte @Nullable [] key, Request request, CorrelationId id) {
        ReplyAddress address = new ReplyAddress(replyPartition, ids.text(id));
        return new ProducerRecord<>(
                TopicCatalogue.REQUESTS, partition, key, RequestCodec.encode(request.repliedTo(address)));
    }

    /** Gives a request to the producer; its span, if it has one, ends with that. */
    private void write(ProducerRecord<byte[], byte[]> record, CorrelationId id, @Nullable Span span) {
        Callback written = (metadata, failure) -> {
            if (failure != null) {
                pending.failed(id, "the request could not be written: " + failure.getMessage());
            }
        };
        try {
            producer.send(record, span == null ? written : RequestTraces.written(span, written));
        } catch (KafkaException | IllegalStateException e) {
            if (span != null) {
                RequestTraces.notWritten(span, e);
            }
            pending.failed(id, "the request could not be written: " + e.getMessage());
        }
    }

    private Answer<AdmissionVerdict> admissionAnswer(
            AdmissionRequest request, FailurePolicies policies, Arrival arrival) {
        if (arrival.reply() instanceof Verdict verdict) {
            verdicts.increment();
            return new Answer.Answered<>(new AdmissionVerdict.Recorded(verdict));
        }
        return policies.answer(request, ReplyAnswers.detail(arrival));
    }

    private Answer<BatchVerdict> batchAnswer(BatchRequest request, Arrival arrival) {
        if (arrival.reply() instanceof BatchVerdict verdict) {
            verdicts.increment();
            return new Answer.Answered<>(verdict);
        }
        if (arrival.reply() instanceof Verdict verdict && verdict.error() != null) {
            return new Answer.Refused<>(verdict.error());
        }
        return failurePolicies.answerAll(request, ReplyAnswers.detail(arrival));
    }

    @Override
    public void stopWaiting() {
        pending.stopWaiting();
    }

    @Override
    public void close() {
        selfPing.close();
        usage.close();
        reader.close();
        pending.close();
        producerMetrics.close();
        producer.close(CLOSE_TIMEOUT);
    }
}
