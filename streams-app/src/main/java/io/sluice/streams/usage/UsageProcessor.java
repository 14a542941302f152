package io.sluice.streams.usage;

import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.DecisionCountsReader;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.UsageCodec;
import io.sluice.schemas.codec.UsageQueryCodec;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageQuery;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.admission.OutputSize;
import io.sluice.streams.topology.Names;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapter between one partition of the decision topic and its {@link PartitionUsage}: read, count, forward.
 *
 * <p>It throws on no record. A record that it cannot read, or that has a later version, is skipped, and a metric
 * counts it.
 */
final class UsageProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(UsageProcessor.class);

    private final UsageBounds bounds;
    private final int replyPartitions;
    private final UsageMetrics metrics;
    private ProcessorContext<Object, byte[]> context;
    private PartitionUsage usage;
    private UsageAnswers answers;
    private long timestamp;
    private boolean wasSilent;
    private boolean failureLogged;

    @SuppressWarnings("NullAway.Init")
    UsageProcessor(UsageBounds bounds, int replyPartitions, UsageMetrics metrics) {
        this.bounds = bounds;
        this.replyPartitions = replyPartitions;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> newContext) {
        context = newContext;
        UsageStore store = newContext.getStateStore(Names.USAGE_STORE);
        SpikeWatch spikes = new SpikeWatch(store.entries(), bounds.spikes(), metrics.spikes(), this::write);
        BurnWatch burn = new BurnWatch(
                store.entries(), bounds.burn(), metrics.burn(), this::write, new UsageEntryReader(metrics));
        PartitionUsage restored =
                new PartitionUsage(store.entries(), bounds, metrics, this::write, new Watches(spikes, burn));
        usage = restored;
        // Until the next decision, records are written for the current minute.
        timestamp = restored.openFromMillis(UsageWindow.MINUTE);
        wasSilent = true;
        int partition = newContext.taskId().partition();
        answers = new UsageAnswers(partition, restored);
        store.beforeCommit(() -> {
            restored.save();
            metrics.partition(
                    partition,
                    restored.openAccounts(),
                    restored.heaviest(Ranking.DENIED, UsageWindow.HOUR, UsageMetrics.RANKS_MAX));
            metrics.spikes().partition(partition, spikes.accounts());
            metrics.burn().partition(partition, burn.accounts());
        });
        newContext.schedule(bounds.silence(), PunctuationType.WALL_CLOCK_TIME, now -> writeIfSilent());
    }

    /**
     * Without decisions, a partition's minute does not end. So the current minute is written after a time of silence.
     */
    private void writeIfSilent() {
        if (wasSilent) {
            usage.writeOpen();
        }
        wasSilent = true;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        if (metadata.topic().equals(TopicCatalogue.USAGE_QUERIES)) {
            answer(record);
            return;
        }
        wasSilent = false;
        if (usage.isCounted(metadata.offset())) {
            metrics.repeated();
            return;
        }
        timestamp = record.timestamp();
        DecisionCounts counts;
        try {
            byte[] value = record.value();
            if (value == null) {
                throw new WireException("", "no value (expected: a decision)");
            }
            counts = DecisionCountsReader.read(value);
        } catch (WireException e) {
            skip(metadata, e);
            return;
        }
        try {
            usage.count(counts, record.timestamp(), metadata.offset());
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            metrics.skipped(UsageMetrics.Skip.FAILED);
            usage.skip(metadata.offset());
            LOG.error(
                    "a defect of Sluice: decision {}-{} is not counted in full",
                    metadata.partition(),
                    metadata.offset(),
                    e);
        }
    }

    private void skip(RecordMetadata metadata, WireException e) {
        boolean isLater = (e.field().equals("v") && !e.detail().startsWith("missing"))
                || e.field().equals("type");
        metrics.skipped(isLater ? UsageMetrics.Skip.VERSION : UsageMetrics.Skip.MALFORMED);
        usage.skip(metadata.offset());
        if (!failureLogged) {
            failureLogged = true;
            LOG.warn(
                    "decision {}-{} is not counted: {}; the metric sluice_usage_records_skipped counts all of them",
                    metadata.partition(),
                    metadata.offset(),
                    e.getMessage());
        }
    }

    private void write(UsageRecord record) {
        UsageSinkKey key = new UsageSinkKey(
                context.taskId().partition(), UsageCodec.key(record.window(), record.fromMillis(), record.account()));
        context.forward(
                new Record<>((Object) key, UsageCodec.encode(record), Math.max(0, timestamp)), Names.USAGE_SINK);
    }

    private void write(Alert alert) {
        byte[] value = OutputSize.checked(TopicCatalogue.ALERTS, AlertCodec.encode(alert));
        context.forward(new Record<>(/* key= */ null, value, Math.max(0, timestamp)), Names.USAGE_ALERTS_SINK);
    }

    /** A query that cannot be answered gets no reply. Its caller stops waiting at its deadline. */
    private void answer(Record<byte[], byte[]> record) {
        try {
            UsageQuery query = UsageQueryCodec.decode(record.value() == null ? new byte[0] : record.value());
            ReplyAddress address = query.reply();
            if (address.partition() >= replyPartitions) {
                throw new WireException(
                        "reply.partition", address.partition() + " (expected: 0.." + (replyPartitions - 1) + ")");
            }
            Reply reply = answers.answer(query);
            String about = reply instanceof UsageReply of ? of.account() : null;
            byte[] value = OutputSize.checked(TopicCatalogue.REPLIES, ReplyCodec.encode(reply, about));
            context.forward(new Record<>((Object) address, value, record.timestamp()), Names.USAGE_REPLIES_SINK);
            metrics.answered();
        } catch (KafkaException e) {
            throw e;
        } catch (WireException | OutputSize.TooLargeException e) {
            metrics.unanswered();
        } catch (RuntimeException e) {
            metrics.unanswered();
            LOG.error("a defect of Sluice: a query to the usage roll-ups is not answered", e);
        }
    }

    @Override
    public void close() {
        metrics.released(context.taskId().partition());
    }
}
