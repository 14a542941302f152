package io.sluice.streams.admission;

import io.sluice.engine.ledger.Judgement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ledger.PartitionClock;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.AnsweredPair;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.request.Tally;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.PartitionState;
import io.sluice.streams.store.PartitionStore;
import io.sluice.streams.store.StateSweep;
import io.sluice.streams.topology.Names;
import java.util.List;
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
 * The adapter between one request partition and its {@link Ledger}: decode, judge, encode, apply, forward.
 *
 * <p>It throws on no record. Everything that can fail on a record's content, encoding included, comes before the first
 * change to the state, so a record that is refused has changed nothing; only failures of Kafka itself go through, and
 * those are Kafka Streams' to handle.
 */
public final class AdmissionProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionProcessor.class);

    private final AdmissionConfig config;
    private final AdmissionMetrics metrics;
    private final CompiledRulesets rulesets;
    // Set anew by every init: after a corrupted task Streams initialises the same instance again.
    private ProcessorContext<Object, byte[]> context;
    private PartitionState state;
    private Ledger ledger;
    private HoldDesk holds;
    private AlertDesk alerts;
    private LeaseDesk leases;
    private RevocationDesk revocations;
    private ProfileDesk profiles;
    private BatchDesk batches;
    private ExplainDesk explanations;
    private RequestReader reader;
    private JudgedBefore judgedBefore;
    private ClockWatch clockWatch;

    @SuppressWarnings("NullAway.Init")
    public AdmissionProcessor(AdmissionConfig config, AdmissionMetrics metrics, CompiledRulesets rulesets) {
        this.config = config;
        this.metrics = metrics;
        this.rulesets = rulesets;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> context) {
        int partition = context.taskId().partition();
        PartitionStore store = context.getStateStore(Names.STATE_STORE);
        this.context = context;
        this.state = new PartitionState(store);
        this.ledger = new Ledger(state, state.timeline(rulesets::knownRuleset));
        this.reader = new RequestReader(partition, config.requestPartitions(), config.replyPartitions());
        this.holds = new HoldDesk(partition, ledger, context, metrics);
        this.alerts = new AlertDesk(context, metrics);
        this.leases = new LeaseDesk(partition, ledger, context, metrics);
        this.revocations = new RevocationDesk(partition, config.replyPartitions(), context);
        this.profiles = new ProfileDesk(partition, config, ledger, revocations, context, metrics);
        this.batches = new BatchDesk(partition, ledger, state, context, metrics);
        this.explanations = new ExplainDesk(partition, ledger);
        this.judgedBefore = new JudgedBefore(
                ledger,
                reader,
                new JudgedBefore.Answers(batches, holds, profiles, config.keys(), this::answerLook),
                context,
                metrics);
        this.clockWatch = new ClockWatch(ledger, config.marks(), context, metrics);
        StateSweep sweep = new StateSweep(state, ledger, config.sweepEntriesMax(), this::settleSwept);
        context.schedule(config.sweepInterval(), PunctuationType.WALL_CLOCK_TIME, now -> {
            clockWatch.look(now);
            StateSweep.Step step = sweep.step();
            metrics.swept(step.visited(), step.removed());
            metrics.remembered(partition, state.rememberedHolds(), state.rememberedProfiles());
        });
        metrics.rulesetInForce(partition, ledger.timeline().active().revision());
    }

    @Override
    public void close() {
        metrics.released(context.taskId().partition());
    }

    /** A defect with one account's holds must not stop the partition; they stay due, and nothing has changed. */
    private void settleSwept(String account) {
        try {
            holds.settleDue(account);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("the clean-up could not end due holds of an account", e);
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        DeadLetters.Place place = place(record);
        if (ledger.isJudged(place.offset())) {
            judgedBefore.answer(record, place);
            return;
        }
        judgedBefore.reportGap(place.offset());
        PartitionClock clock = ledger.clock();
        long nowMillis = ledger.advance(record.timestamp(), place.offset());
        clockWatch.advanced(clock);
        DecodedRequest decoded = read(record);
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            refuse(record, place, DeadLetterReason.MALFORMED, malformed);
            return;
        }
        RequestRecord request = ((DecodedRequest.WellFormed) decoded).request();
        try {
            handle(record, request, place, nowMillis);
        } catch (KafkaException e) {
            throw e;
        } catch (OutputSize.TooLargeException e) {
            refuse(
                    record,
                    place,
                    DeadLetterReason.ANSWER_TOO_LARGE,
                    new DecodedRequest.Malformed("", e.detail(), request.reply()));
        } catch (RuntimeException e) {
            LOG.error("record {}-{} failed; it is dead-lettered", place.partition(), place.offset(), e);
            refuse(
                    record,
                    place,
                    DeadLetterReason.INTERNAL,
                    new DecodedRequest.Malformed(
                            "",
                            "the processor failed on this record",
                            request.reply(),
                            RequestReader.aboutOf(request)));
        }
    }

    private void answerLook(Record<byte[], byte[]> record, RequestRecord look, DeadLetters.Place place) {
        handle(record, look, place, ledger.clockMillis());
    }

    private DecodedRequest read(Record<byte[], byte[]> record) {
        DecodedRequest.Malformed cutShort = DeadLetters.cutShort(record);
        return cutShort != null ? cutShort : reader.read(record.key(), record.value());
    }

    private DeadLetters.Place place(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        return new DeadLetters.Place(metadata.partition(), metadata.offset(), record.timestamp());
    }

    private void handle(Record<byte[], byte[]> record, RequestRecord request, DeadLetters.Place place, long nowMillis) {
        if (request instanceof AdmissionRequest admission) {
            holds.settleDue(admission.clientId().account());
            admit(admission, record.key(), place, nowMillis);
        } else if (request instanceof BatchRequest batch) {
            holds.settleDue(batch.account());
            batches.judge(batch, place.offset(), nowMillis);
        } else if (request instanceof LeaseRequest lease) {
            holds.settleDue(lease.question().clientId().account());
            leases.grant(lease, place.offset(), nowMillis);
        } else if (request instanceof Tally tally) {
            tally(record, tally, place, nowMillis);
        } else if (request instanceof SettleRequest settle) {
            holds.settleDue(settle.clientId().account());
            holds.settle(settle, place.partition() + "-" + place.offset(), nowMillis);
        } else if (request instanceof QuotaQuery query) {
            holds.settleDue(query.clientId().account());
            reply(query.reply(), explanations.report(query, nowMillis), null, nowMillis);
        } else if (request instanceof ProfileQuery query) {
            profiles.show(query.clientId(), query.reply());
        } else if (request instanceof ExplainQuery query) {
            holds.settleDue(query.question().clientId().account());
            reply(query.reply(), explanations.explain(query, nowMillis, place.offset()), null, nowMillis);
        } else if (request instanceof Ping ping) {
            long revision = ledger.timeline().active().revision();
            reply(ping.reply(), new Pong(ping.reply().correlationId(), place.partition(), revision), null, nowMillis);
        } else if (request instanceof ControlRecord control) {
            obey(record, control, place, nowMillis);
        }
    }

    private void admit(AdmissionRequest request, byte[] key, DeadLetters.Place place, long nowMillis) {
        Admission admission = EngineMapping.admission(request);
        if (ledger.timeline().active().hasUnreadableAddress(admission)) {
            metrics.unreadableAddress();
        }
        Judgement judgement = ledger.decide(admission, request.idempotencyKey(), nowMillis, place.offset());
        if (judgement instanceof Judgement.KeyReused reused) {
            WireError error = new WireError(
                    WireError.IDEMPOTENCY_KEY_REUSED,
                    "idempotencyKey",
                    "used for another question at " + reused.firstUsedAtMillis() + " (expected: the same question)");
            replyError(request.reply(), request.clientId().text(), error, place);
            return;
        }
        boolean replayed = judgement instanceof Judgement.Replayed;
        Outcome outcome = judgement instanceof Judgement.Decided decided
                ? decided.outcome()
                : ((Judgement.Replayed) judgement).outcome();
        Judged judged = EngineMapping.judged(outcome, replayed, place.partition(), request.maxWaitMillis());
        String decisionId = place.partition() + "-" + place.offset();
        Decision decision = new Decision(decisionId, request, replayed ? 0 : outcome.charged(), judged);
        AnsweredPair encoded = AnsweredPair.of(decision);
        // The verdict is a part of the decision.
        OutputSize.checked(TopicCatalogue.DECISIONS, encoded.decision());
        ReplyAddress address = request.reply();
        List<byte[]> encodedAlerts =
                AlertDesk.encoded(judgement, decisionId, request.clientId().account());

        ledger.apply(judgement);
        byte[] verdict = encoded.verdict();
        if (address != null && verdict != null) {
            context.forward(new Record<>(address, verdict, nowMillis), Names.REPLIES_SINK);
        }
        context.forward(new Record<>(key, encoded.decision(), nowMillis), Names.DECISIONS_SINK);
        alerts.send(encodedAlerts, nowMillis);
        if (replayed) {
            metrics.replayed();
        } else {
            metrics.decided(outcome);
        }
    }

    private void tally(Record<byte[], byte[]> record, Tally tally, DeadLetters.Place place, long nowMillis) {
        holds.settleDue(tally.question().clientId().account());
        if (!leases.tally(tally, place.partition() + "-" + place.offset(), nowMillis)) {
            refuse(
                    record,
                    place,
                    DeadLetterReason.INVALID_TALLY,
                    unanswered("spent", tally.spentTokens() + " (expected: at most what the lease granted)"));
        }
    }

    private void obey(Record<byte[], byte[]> record, ControlRecord control, DeadLetters.Place place, long nowMillis) {
        // What it claims to be says which key has to prove it; a signature over another kind proves nothing.
        boolean isForAccount = AccountCommandCodec.isOne(control.payload());
        boolean isMark = ClockMarkCodec.isOne(control.payload());
        boolean isProved = isMark
                ? config.keys().verifyMark(control)
                : config.keys().verify(isForAccount ? SignedKind.ACCOUNT_COMMAND : SignedKind.RULES, control);
        if (!isProved) {
            String expected = isForAccount
                    ? "a command by the command key"
                    : isMark ? "a clock mark by the rules key or the command key" : "rules by the rules key";
            refuse(
                    record,
                    place,
                    DeadLetterReason.FORGED,
                    unanswered("signature", "proves nothing (expected: " + expected + ")"));
        } else if (isForAccount) {
            change(record, control, place, nowMillis);
        } else if (isMark) {
            mark(record, control, place);
        } else {
            activate(record, control, place, nowMillis);
        }
    }

    private void change(Record<byte[], byte[]> record, ControlRecord control, DeadLetters.Place place, long nowMillis) {
        try {
            AccountCommand command = profiles.read(record.key(), control.payload());
            holds.settleDue(command.account());
            profiles.change(command, place.offset(), nowMillis);
        } catch (WireException e) {
            refuse(record, place, DeadLetterReason.INVALID_COMMAND, unanswered(e.field(), e.detail()));
        }
    }

    private void mark(Record<byte[], byte[]> record, ControlRecord control, DeadLetters.Place place) {
        try {
            clockWatch.take(control.payload());
        } catch (WireException e) {
            refuse(record, place, DeadLetterReason.INVALID_COMMAND, unanswered(e.field(), e.detail()));
        }
    }

    private void activate(
            Record<byte[], byte[]> record, ControlRecord control, DeadLetters.Place place, long nowMillis) {
        try {
            Ruleset ruleset = rulesets.ruleset(control.payload());
            long before = ledger.timeline().active().revision();
            if (ledger.activate(ruleset, nowMillis)) {
                long oldestRevision = ledger.timeline().oldestRevision();
                state.putActivation(ruleset.revision(), nowMillis, control.payload(), oldestRevision);
                revocations.revoke(place.offset(), null, nowMillis);
                metrics.rulesetInForce(place.partition(), ruleset.revision());
                LOG.info(
                        "partition {}: ruleset revision {} in force, after {}",
                        place.partition(),
                        ruleset.revision(),
                        before);
            }
        } catch (WireException e) {
            refuse(record, place, DeadLetterReason.INVALID_RULESET, unanswered(e.field(), e.detail()));
        }
    }

    private static DecodedRequest.Malformed unanswered(String field, String detail) {
        return new DecodedRequest.Malformed(field, detail, null);
    }

    private void refuse(
            Record<byte[], byte[]> record,
            DeadLetters.Place place,
            DeadLetterReason reason,
            DecodedRequest.Malformed malformed) {
        String code = switch (reason) {
            case INTERNAL -> WireError.INTERNAL;
            case ANSWER_TOO_LARGE -> WireError.ANSWER_TOO_LARGE;
            default -> WireError.INVALID_REQUEST;
        };
        DeadLetters.Refusal refusal =
                new DeadLetters.Refusal(reason, malformed.field(), malformed.detail(), /* topic= */ null);
        long nowMillis = ledger.clockMillis();
        WireError error = new WireError(code, refusal.field(), refusal.detail());
        replyError(malformed.reply(), malformed.about(), error, place);
        context.forward(DeadLetters.letter(record, refusal, place, nowMillis), Names.DEAD_LETTERS_SINK);
        metrics.deadLettered(reason);
    }

    private void replyError(
            @Nullable ReplyAddress address, @Nullable String about, WireError error, DeadLetters.Place place) {
        if (address != null) {
            String decisionId = place.partition() + "-" + place.offset();
            Verdict verdict = Verdict.error(address.correlationId(), decisionId, error);
            reply(address, verdict, about, ledger.clockMillis());
        }
    }

    private void reply(ReplyAddress address, Reply reply, @Nullable String about, long nowMillis) {
        byte[] value = OutputSize.checked(TopicCatalogue.REPLIES, ReplyCodec.encode(reply, about));
        context.forward(new Record<>((Object) address, value, nowMillis), Names.REPLIES_SINK);
    }
}
