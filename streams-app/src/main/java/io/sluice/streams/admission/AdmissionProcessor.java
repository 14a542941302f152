package io.sluice.streams.admission;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.ledger.BatchEvaluator;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.TravellingKeys;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.PartitionClock;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.Query;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.streams.store.PartitionState;
import io.sluice.streams.store.PartitionStore;
import io.sluice.streams.store.StateSweep;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapter between one request partition and its {@link Ledger}.
 *
 * <pre>
 *   record ──▶ read ──▶ settle due holds ──▶ decide (*Handler) ──▶ change the state ──▶ send ({@link Output})
 *                │                              ╰ encodes the output
 *                ╰──▶ dead letter, error to the sender
 * </pre>
 *
 * <p>It throws on no record. All that can fail because of a record's content, encoding included, comes before the first
 * change to the state. So a refused record has changed nothing; of a record with several lease reports, that holds for
 * each report. Only failures of Kafka itself get through, and Kafka Streams handles those.
 */
public final class AdmissionProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionProcessor.class);
    private static final String NOT_ENDED = "the clean-up could not end due holds of an account";

    private final AdmissionConfig config;
    private final AdmissionMetrics metrics;
    private final CompiledRulesets rulesets;
    private final RecordTrace trace;
    private final UnaryOperator<LedgerStore> ledgersView;
    // Set anew by every init: after a corrupted task Streams initialises the same instance again.
    private ProcessorContext<Object, byte[]> context;
    private Ledger ledger;
    private Output output;
    private AdmissionHandler admissions;
    private HoldHandler holds;
    private LeaseHandler leases;
    private BatchHandler batches;
    private ProfileHandler profiles;
    private ExplainHandler explanations;
    private PenaltyHandler penalties;
    private SignalHandler signals;
    private ControlHandler controls;
    private WideHandler messages;
    private WideMessages outgoing;
    /** The message that is being decided, and its request's reply address; null for other records. */
    private @Nullable PartitionMessage taking;

    private @Nullable RequestRecord travelling;
    /** Whether the record is a message, whatever became of it. */
    private boolean isMessage;
    /** Whether what the message has charged goes back. */
    private boolean isRefused;

    private RequestReader reader;
    private RedeliveryCheck redelivery;
    private ClockWatch clockWatch;

    public AdmissionProcessor(
            AdmissionConfig config, AdmissionMetrics metrics, CompiledRulesets rulesets, OpenTelemetry openTelemetry) {
        this(config, metrics, rulesets, openTelemetry, UnaryOperator.identity());
    }

    /** For the simulation, which shows the ledger the partition's state with a defect; nothing configures that. */
    @SuppressWarnings("NullAway.Init")
    AdmissionProcessor(
            AdmissionConfig config,
            AdmissionMetrics metrics,
            CompiledRulesets rulesets,
            OpenTelemetry openTelemetry,
            UnaryOperator<LedgerStore> ledgersView) {
        this.trace = new RecordTrace(openTelemetry);
        this.config = config;
        this.metrics = metrics;
        this.rulesets = rulesets;
        this.ledgersView = ledgersView;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> context) {
        int partition = context.taskId().partition();
        PartitionStore store = context.getStateStore(Names.STATE_STORE);
        PartitionState state = new PartitionState(store);
        this.context = context;
        LedgerStore ledgersState = ledgersView.apply(state);
        this.ledger = new Ledger(
                ledgersState,
                state.timeline(rulesets::knownRuleset)
                        .with(AccessPayload.known(state.access()))
                        .with(state.signals()));
        UnwrittenMessages unwritten = new UnwrittenMessages(partition, state, config.written());
        store.beforeCommit(unwritten::save);
        this.output = new Output(config, ledger, new Output.Ways(context, unwritten), metrics, trace);
        this.reader = new RequestReader(partition, config.requestPartitions(), config.replyPartitions());
        this.clockWatch = new ClockWatch(ledger, config.marks(), context, metrics);
        this.outgoing = new WideMessages(
                new WideMessages.Parts(partition, ledger, new TravellingKeys(ledgersState)),
                config,
                output,
                metrics.wide());
        this.admissions =
                new AdmissionHandler(new AdmissionHandler.Parts(partition, ledger, outgoing), output, metrics, trace);
        this.holds = new HoldHandler(partition, ledger, outgoing, output, metrics);
        this.leases = new LeaseHandler(partition, ledger, outgoing, output, metrics);
        this.penalties = new PenaltyHandler(ledger, output, metrics);
        this.batches = new BatchHandler(
                new BatchHandler.Parts(partition, ledger, new BatchEvaluator(ledger, ledgersState), outgoing),
                output,
                metrics,
                trace);
        WideLedger wide = new WideLedger(partition, ledger, ledgersState);
        if (config.owners() != null) {
            config.owners().add(partition, ledger, wide);
        }
        this.messages = new WideHandler(
                partition, config, new WideHandler.Parts(wide, admissions, batches, outgoing), output, metrics.wide());
        this.profiles = new ProfileHandler(partition, config, ledger, output, metrics);
        this.signals = new SignalHandler(partition, ledger, state, metrics);
        this.explanations = new ExplainHandler(partition, ledger, signals);
        this.controls = new ControlHandler(
                partition,
                ledger,
                new ControlHandler.Parts(
                        config.keys(),
                        rulesets,
                        state,
                        profiles,
                        signals,
                        clockWatch,
                        new VersionHandler(partition, ledger, state, config.newestVersion(), metrics)),
                output,
                metrics);
        this.redelivery = new RedeliveryCheck(
                partition,
                ledger,
                reader,
                new RedeliveryCheck.Answers(admissions, batches, holds, controls, this::answer),
                output,
                metrics);
        StateSweep sweep = new StateSweep(state, ledger, config.sweepEntriesMax(), new Expiries());
        context.schedule(config.sweepInterval(), PunctuationType.WALL_CLOCK_TIME, now -> {
            output.sendMessagesAgain();
            clockWatch.look(now);
            signals.look();
            messages.look();
            StateSweep.Step step = sweep.step(now);
            metrics.swept(step.visited(), step.removed());
            metrics.remembered(partition, state.rememberedHolds(), state.rememberedProfiles());
        });
        metrics.rulesetInForce(partition, ledger.timeline().active());
        metrics.accessInForce(partition, ledger.timeline().access());
        signals.look();
    }

    @Override
    public void close() {
        metrics.released(context.taskId().partition());
        config.written().waiting(context.taskId().partition(), Map.of());
    }

    /** What the clean-up has done about holds whose time is over. */
    private final class Expiries implements StateSweep.Expiries {
        @Override
        public void end(String account) {
            settleSwept(account);
        }

        @Override
        public void endByRecord(HoldKey lease, String clientId) {
            guarded(NOT_ENDED, () -> {
                holds.endByRecord(lease, clientId);
                output.send();
            });
        }
    }

    private void settleSwept(String account) {
        guarded(NOT_ENDED, () -> {
            Decided due = holds.dueBetweenRecords(account);
            if (due != null) {
                complete(due);
            }
        });
    }

    /** A defect in what is done beside a record must not stop the partition; nothing has changed then. */
    private void guarded(String failure, Runnable work) {
        try {
            work.run();
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            clear();
            LOG.error(failure, e);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        output.clear();
        outgoing.begin();
        output.sendMessagesAgain();
        taking = null;
        travelling = null;
        isMessage = false;
        isRefused = false;
        DeadLetters.RecordPosition place = place(record);
        trace.begin(record.headers(), place.decisionId());
        try {
            process(record, place);
            tellOwners(place);
        } finally {
            trace.end();
        }
    }

    /**
     * Puts a ruleset in force between two records, as if its activation had come there. For runs of a log under other
     * rules than it was decided by; the streams app takes rules from its log alone.
     *
     * @throws WireException if the payload is no activation, or its document does not compile
     */
    public void activate(String payload) throws WireException {
        output.clear();
        complete(controls.activation(payload, between()));
    }

    /**
     * Puts access entries in force between two records, as {@link #activate} does with rules.
     *
     * @throws WireException if the payload is none, or an entry cannot be read
     */
    public void activateAccess(String payload) throws WireException {
        output.clear();
        complete(controls.access(payload, between()));
    }

    /**
     * Explains a request at its record, or in place of the record that brought it home. For runs of a log.
     *
     * @param said what owners of wide buckets said on its way
     */
    public void explain(Record<byte[], byte[]> query, List<OwnerStatement> said) {
        explanations.knowing(said);
        process(query);
        explanations.knowing(List.of());
    }

    /** Where the last record was on the way of a request between partitions. */
    RequestPassage passage() {
        return RequestPassage.of(isMessage, carried(), isRefused, outgoing.hasLeft());
    }

    /** The request that the last record has carried between partitions; null if it is none. */
    @Nullable TravellingRequest carried() {
        return taking instanceof TravellingRequest message ? message : null;
    }

    /** Goes on to the next record without deciding it: for runs of a log under other rules than it was decided by. */
    void pass(Record<byte[], byte[]> record) {
        PartitionClock clock = ledger.clock();
        ledger.advance(record.timestamp(), place(record).offset());
        clockWatch.advanced(clock);
    }

    /** A place behind the last record. */
    private RequestContext between() {
        DecisionId last =
                new DecisionId(context.taskId().partition(), ledger.position().offset());
        return new RequestContext(/* key= */ null, /* reply= */ null, last, ledger.clockMillis());
    }

    /** The revision in force; 0 before the first. */
    public long revisionInForce() {
        return ledger.timeline().active().revision();
    }

    /** The partition's time. */
    public long clockMillis() {
        return ledger.clockMillis();
    }

    /** Ends an account's due holds between two records, as the clean-up does. */
    public void endDueHolds(String account) {
        output.clear();
        settleSwept(account);
    }

    private void process(Record<byte[], byte[]> record, DeadLetters.RecordPosition place) {
        if (ledger.isDecided(place.offset())) {
            redelivery.answer(record, place);
            return;
        }
        redelivery.reportGap(place.offset(), config.beginsAnywhere());
        PartitionClock clock = ledger.clock();
        long nowMillis = ledger.advance(record.timestamp(), place.offset());
        clockWatch.advanced(clock);
        DecodedRequest decoded = read(record);
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            refuse(record, place, DeadLetterReason.MALFORMED, malformed);
            return;
        }
        RequestRecord envelope = ((DecodedRequest.WellFormed) decoded).record();
        RequestContext at = new RequestContext(record.key(), envelope.reply(), place.decisionId(), nowMillis);
        try {
            noteEndedPenalties(envelope.request(), nowMillis);
            handle(envelope.request(), at);
        } catch (KafkaException e) {
            throw e;
        } catch (RejectedRequestException e) {
            refuse(record, place, e.reason(), new DecodedRequest.Malformed(e.field(), e.detail(), null));
        } catch (OutputSize.TooLargeException e) {
            refuse(
                    record,
                    place,
                    DeadLetterReason.ANSWER_TOO_LARGE,
                    new DecodedRequest.Malformed("", e.detail(), envelope.reply()));
        } catch (RuntimeException e) {
            LOG.error("record {} failed; it is dead-lettered", at.id().text(), e);
            ClientId about = envelope.request().clientId();
            refuse(
                    record,
                    place,
                    DeadLetterReason.INTERNAL,
                    new DecodedRequest.Malformed(
                            "",
                            "the processor failed on this record",
                            envelope.reply(),
                            about == null ? null : about.text()));
        }
    }

    private DecodedRequest read(Record<byte[], byte[]> record) {
        DecodedRequest.Malformed cutShort = DeadLetters.cutShort(record);
        return cutShort != null ? cutShort : reader.read(record.key(), record.value());
    }

    private DeadLetters.RecordPosition place(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        return new DeadLetters.RecordPosition(metadata.partition(), metadata.offset(), record.timestamp());
    }

    /** The one path of every request: settle the account's due holds, decide, change the state, send. */
    private void handle(Request request, RequestContext at) throws RejectedRequestException {
        if (request instanceof ControlRecord control && PartitionMessageCodec.isOne(control.payload())) {
            isMessage = true;
            take(read(control, at.id().offset()), at);
            return;
        }
        if (request instanceof ControlRecord control) {
            ControlHandler.Step step = controls.read(at.key(), control);
            settleDue(step.account());
            complete(controls.decide(step, at));
            return;
        }
        if (request instanceof LeaseReports reports) {
            handleAll(reports.reports(), at);
            return;
        }
        ClientId clientId = request.clientId();
        settleDue(clientId == null ? null : clientId.account());
        complete(decide(request, at));
    }

    /** What the record has ended of vouchers goes to their owners, whatever became of the rest of the record. */
    private void tellOwners(DeadLetters.RecordPosition place) {
        try {
            outgoing.tell(place.offset());
            output.send();
        } catch (RejectedRequestException e) {
            output.clear();
            LOG.error(
                    "vouchers that record {} has ended stay open: {}",
                    place.decisionId().text(),
                    e.detail());
        }
    }

    private @Nullable PartitionMessage read(ControlRecord control, long offset) throws RejectedRequestException {
        try {
            return messages.read(control, offset);
        } catch (RejectedRequestException e) {
            travelling = messages.claimed(control);
            throw e;
        }
    }

    /** Decides a message of another partition, or of this one; null for one that was taken before. */
    private void take(@Nullable PartitionMessage message, RequestContext at) throws RejectedRequestException {
        taking = message;
        if (message == null) {
            return;
        }
        if (message instanceof VoucherEnds ends) {
            complete(messages.ended(ends, at));
            return;
        }
        TravellingRequest request = (TravellingRequest) message;
        RequestRecord original = WideHandler.request(request);
        travelling = original;
        if (!request.visits().isEmpty()) {
            complete(messages.visited(request, original.request(), at));
            return;
        }
        noteEndedPenalties(original.request(), at.nowMillis());
        settleDue(request.account());
        complete(messages.arrived(
                request, original.request(), new RequestContext(at.key(), original.reply(), at.id(), at.nowMillis())));
    }

    /** What a refused message had charged goes back, and it is not taken again. */
    private void giveBack(RequestContext at) {
        PartitionMessage refused = taking;
        if (refused == null || isRefused) {
            return;
        }
        isRefused = true;
        guarded(
                "what message " + at.id().text() + " has charged cannot be given back",
                () -> complete(messages.refused(refused, travelling == null ? null : travelling.request(), at)));
    }

    /**
     * Reports of several clients: one by one, once it is known that each of them can be true. One that fails all the
     * same changes nothing; the others count, and the dead letter says so.
     */
    private void handleAll(List<LeaseReport> reports, RequestContext at) throws RejectedRequestException {
        for (LeaseReport report : reports) {
            noteEndedPenalties(report, at.nowMillis());
            settleDue(report.clientId().account());
        }
        leases.requireTrue(reports, at.nowMillis());
        FailedReports failed = new FailedReports();
        for (int entry = 0; entry < reports.size(); entry++) {
            LeaseReport report = reports.get(entry);
            byte[] key = report.clientId().account().getBytes(StandardCharsets.UTF_8);
            try {
                complete(leases.decide(report, entry, new RequestContext(key, null, at.id(), at.nowMillis())));
            } catch (KafkaException e) {
                throw e;
            } catch (RejectedRequestException | RuntimeException e) {
                clear();
                failed.add(entry, e);
                String id = at.id().text();
                LOG.error("report {} of record {} failed; the others count", entry, id, e);
            }
        }
        failed.throwIfAny();
    }

    /** Tells of penalties that are over. Commands tell of nothing, and are not counted as a sign of life. */
    private void noteEndedPenalties(Request request, long nowMillis) {
        ClientId clientId = request instanceof ControlRecord ? null : request.clientId();
        Decided ended = clientId == null ? null : penalties.ended(clientId.account(), nowMillis);
        if (ended != null) {
            complete(ended);
        }
    }

    /** Settles the account's due holds, before anything else that concerns the account. */
    private void settleDue(@Nullable String account) {
        Decided due = account == null ? null : holds.due(account);
        if (due != null) {
            complete(due);
        }
    }

    /**
     * The only place where the state changes: everything that a record's content can make fail has been done before.
     */
    private void complete(Decided decided) {
        decided.change().run();
        outgoing.confirm();
        output.send();
        decided.count().run();
    }

    /** Drops what was decided and is not done. */
    private void clear() {
        output.clear();
        outgoing.drop();
    }

    private Decided decide(Request request, RequestContext at) throws RejectedRequestException {
        if (request instanceof AdmissionRequest admission) {
            return admissions.decide(admission, at);
        }
        if (request instanceof BatchRequest batch) {
            return batches.decide(batch, at);
        }
        if (request instanceof LeaseRequest lease) {
            return leases.decide(lease, at);
        }
        if (request instanceof LeaseReport report) {
            return leases.decide(report, /* entry= */ 0, at);
        }
        if (request instanceof SettleRequest settle) {
            return holds.decide(settle, at);
        }
        if (request instanceof Query query && at.reply() != null) {
            show(query, at.reply(), at);
        }
        return Decided.NO_CHANGE;
    }

    private void show(Query query, ReplyAddress address, RequestContext at) {
        if (query instanceof QuotaQuery quota) {
            output.reply(address, explanations.report(quota, address, at.nowMillis()), null);
        } else if (query instanceof ProfileQuery profile) {
            profiles.show(profile.clientId(), address);
        } else if (query instanceof ExplainQuery explain) {
            output.reply(address, explanations.explain(explain, address, at), null);
        } else {
            output.reply(address, explanations.pong(address), null);
        }
    }

    /** Answers a redelivered query. */
    private void answer(Query query, RequestContext at) {
        try {
            // Its record was decided before, so it tells nobody anything.
            ClientId clientId = query.clientId();
            if (clientId != null) {
                settleSwept(clientId.account());
            }
            complete(decide(query, at));
        } catch (RejectedRequestException e) {
            throw new IllegalStateException("a query was refused", e);
        }
    }

    private void refuse(
            Record<byte[], byte[]> record,
            DeadLetters.RecordPosition place,
            DeadLetterReason reason,
            DecodedRequest.Malformed malformed) {
        clear();
        trace.refused(reason);
        RequestRecord request = travelling;
        DeadLetters.Refusal refusal =
                new DeadLetters.Refusal(reason, malformed.field(), malformed.detail(), /* topic= */ null);
        ReplyAddress reply = request == null ? malformed.reply() : request.reply();
        ClientId client = request == null ? null : request.request().clientId();
        RequestContext at = new RequestContext(record.key(), reply, place.decisionId(), ledger.clockMillis());
        // First: a replica that cannot prove a message says nothing about it.
        output.deadLetter(record, refusal, place);
        output.error(
                at,
                client == null ? malformed.about() : client.text(),
                new WireError(reason.errorCode(request != null), refusal.field(), refusal.detail()));
        output.send();
        giveBack(at);
        metrics.deadLettered(reason);
    }
}
