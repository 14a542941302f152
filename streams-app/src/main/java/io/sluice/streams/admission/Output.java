package io.sluice.streams.admission;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ledger.BucketAlert;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.Outcome;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.MessageNumber;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * All that one request partition writes: replies, decisions, alerts, profiles, audit entries, dead letters, and
 * messages to other partitions.
 *
 * <pre>
 *   decide ──▶ encode, check the size, keep ──▶ apply ──▶ send
 *              ╰── what can fail on a record ──╯    ╰── what only Kafka can fail ──╯
 * </pre>
 *
 * <p>Each record is encoded at once and checked against its topic's bound, but leaves only with {@link #send}, after
 * the state has changed. If the request fails in between, {@link #clear} drops its records.
 */
final class Output {
    private final int partition;
    private final int replyPartitions;
    private final Ledger ledger;
    private final ProcessorContext<Object, byte[]> context;
    private final UnwrittenMessages unwritten;
    private final @Nullable MessageKey key;
    private final AdmissionMetrics metrics;
    private final RecordTrace trace;

    /** Two parallel lists, reused from request to request: most requests leave two records. */
    private final List<String> sinks = new ArrayList<>();

    private final List<Record<Object, byte[]>> records = new ArrayList<>();
    /** What the numbered messages among them say, in their order. */
    private final List<String> payloads = new ArrayList<>();

    /**
     * How records leave.
     *
     * @param context forwards them
     * @param unwritten keeps messages to other partitions until they are written
     */
    record Ways(ProcessorContext<Object, byte[]> context, UnwrittenMessages unwritten) {}

    Output(AdmissionConfig config, Ledger ledger, Ways ways, AdmissionMetrics metrics, RecordTrace trace) {
        this.trace = trace;
        this.context = ways.context();
        this.unwritten = ways.unwritten();
        this.key = config.messages();
        this.partition = context.taskId().partition();
        this.replyPartitions = config.replyPartitions();
        this.ledger = ledger;
        this.metrics = metrics;
    }

    /** Sends a reply to the caller. */
    void reply(ReplyAddress address, Reply reply, @Nullable String about) {
        reply(address, ReplyCodec.encode(reply, about));
    }

    /** Sends an encoded reply to the caller. */
    void reply(ReplyAddress address, byte[] reply) {
        add(Names.REPLIES_SINK, address, OutputSize.checked(TopicCatalogue.REPLIES, reply));
    }

    /** Replies with an error, if the sender wants an answer. */
    void error(RequestContext at, @Nullable String about, WireError error) {
        ReplyAddress address = at.reply();
        if (address != null) {
            reply(address, Verdict.error(address.correlationId(), at.id().text(), error), about);
        }
    }

    void decision(byte @Nullable [] account, DecisionRecord record) {
        decision(account, DecisionCodec.encode(record));
    }

    /** Records an encoded decision. */
    void decision(byte @Nullable [] account, byte[] record) {
        add(Names.DECISIONS_SINK, account, OutputSize.checked(TopicCatalogue.DECISIONS, record));
    }

    /** Adds one alert for each threshold that a decision crosses, in the transaction that charges the bucket. */
    void alerts(AdmissionResult result, String decisionId, String account) {
        if (result instanceof AdmissionResult.Decided decided) {
            Outcome outcome = decided.outcome();
            alerts(decided.alerts(), decisionId, account, outcome.revision(), outcome.decidedAtMillis());
        }
    }

    /** Adds these alerts. */
    void alerts(List<BucketAlert> alerts, String decisionId, String account, long revision, long atMillis) {
        for (BucketAlert alert : alerts) {
            ThresholdAlert record = new ThresholdAlert(
                    decisionId,
                    account,
                    alert.limitId(),
                    Scope.display(alert.scope()),
                    alert.thresholdPerMille(),
                    alert.used(),
                    alert.capacity(),
                    alert.enforced(),
                    revision,
                    atMillis);
            add(
                    Names.ALERTS_SINK,
                    /* key= */ null,
                    OutputSize.checked(TopicCatalogue.ALERTS, AlertCodec.encode(record)));
        }
    }

    /**
     * Notifies every front end that earlier decisions are void.
     *
     * <p>It is sent to every partition of the reply topic, since nothing tracks which front ends answer by themselves;
     * rules and accounts change rarely. A front end that misses it continues until its leases expire, which is the
     * bound that applies anyway.
     *
     * @param offset of the record that changes something
     * @param account the account that it concerns; null for the whole partition
     */
    void revocation(long offset, @Nullable String account) {
        byte[] value = ReplyCodec.encode(new Revocation(partition, offset, account), /* about= */ null);
        for (int reply = 0; reply < replyPartitions; reply++) {
            reply(new ReplyAddress(reply, Revocation.CORRELATION_ID), value);
        }
    }

    void profile(String account, Profile profile) {
        add(
                Names.ACCOUNTS_SINK,
                account.getBytes(StandardCharsets.UTF_8),
                OutputSize.checked(TopicCatalogue.ACCOUNTS, ProfileCodec.encode(profile)));
    }

    void audit(AuditEntry entry) {
        add(Names.AUDIT_SINK, /* key= */ null, OutputSize.checked(TopicCatalogue.AUDIT, AuditCodec.encode(entry)));
    }

    void deadLetter(Record<byte[], byte[]> refused, DeadLetters.Refusal refusal, DeadLetters.RecordPosition place) {
        sinks.add(Names.DEAD_LETTERS_SINK);
        records.add(DeadLetters.deadLetter(refused, refusal, place, ledger.clockMillis()));
    }

    /**
     * Adds a message to a request partition.
     *
     * @throws RejectedRequestException if the app has no key that proves it
     */
    void message(MessageAddress address, String payload) throws RejectedRequestException {
        if (key == null) {
            throw new RejectedRequestException(
                    DeadLetterReason.INTERNAL,
                    "",
                    "meets a limit with scope global (expected: a streams app with the rules key, which proves"
                            + " messages between partitions)");
        }
        byte[] record = OutputSize.checked(TopicCatalogue.REQUESTS, RequestCodec.encode(key.sign(payload)));
        sinks.add(Names.MESSAGES_SINK);
        records.add(message(address, record));
        payloads.add(payload);
    }

    private Record<Object, byte[]> message(MessageAddress address, byte[] value) {
        Record<Object, byte[]> record = new Record<>(address, value, ledger.clockMillis(), trace.outputs());
        new MessageNumber(partition, address.sequence()).putInto(record.headers());
        return record;
    }

    /**
     * Sends messages that the state says are not written, as far as it is their turn, with a proof by the key of today.
     * An app without one leaves them where they are.
     */
    void sendMessagesAgain() {
        MessageKey proving = key;
        if (proving != null) {
            unwritten.sendWaiting((address, payload) ->
                    context.forward(message(address, RequestCodec.encode(proving.sign(payload))), Names.MESSAGES_SINK));
        }
    }

    /** Adds a request to a request partition, which nobody waits for. */
    void request(MessageAddress address, Request request) {
        byte[] record = RequestCodec.encode(request.repliedTo(/* reply= */ null));
        sinks.add(Names.MESSAGES_SINK);
        records.add(message(address, OutputSize.checked(TopicCatalogue.REQUESTS, record)));
    }

    private void add(String sink, @Nullable Object key, byte[] value) {
        sinks.add(sink);
        records.add(new Record<>(key, value, ledger.clockMillis(), trace.outputs()));
    }

    /** Drops the records of a request that failed. */
    void clear() {
        sinks.clear();
        records.clear();
        payloads.clear();
    }

    /** Forwards the added records, in that order. */
    void send() {
        int messages = 0;
        for (int i = 0; i < records.size(); i++) {
            String sink = sinks.get(i);
            Record<Object, byte[]> record = records.get(i);
            if (record.key() instanceof MessageAddress address && address.isNumbered()) {
                sendMessage(address, record, payloads.get(messages++));
                continue;
            }
            context.forward(record, sink);
            if (sink.equals(Names.ALERTS_SINK)) {
                metrics.alerted();
            }
        }
        clear();
    }

    private void sendMessage(MessageAddress address, Record<Object, byte[]> record, String payload) {
        if (!unwritten.holdsBack(address, payload)) {
            context.forward(record, Names.MESSAGES_SINK);
            unwritten.sent(address, payload);
        }
    }
}
