package io.sluice.streams.rules;

import io.sluice.engine.controlplane.AccessState;
import io.sluice.engine.controlplane.ControlPlaneStore;
import io.sluice.engine.controlplane.RulesEvent;
import io.sluice.engine.controlplane.RulesLedger;
import io.sluice.engine.controlplane.RulesResult;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.DeadLetterReason;
import io.sluice.streams.admission.DeadLetters;
import io.sluice.streams.admission.OutputSize;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapter between the commands topic and the {@link RulesLedger}: verify, decide, encode and sign, apply, forward.
 *
 * <p>Like the admission processor it throws on no record, and changes nothing before all is encoded. Its answers are
 * a function of the commands so far. So an answer may leave before its transaction commits: after a crash, the same
 * answer is given again.
 */
final class RulesProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(RulesProcessor.class);
    /** The largest record that may carry a document; a later author and reason add to it. */
    private static final int DOCUMENT_RECORD_BYTES_MAX =
            TopicCatalogue.REQUEST_BYTES_MAX - 2 * TopicCatalogue.ENVELOPE_BYTES_MAX;

    private static final byte[] ACCESS_KEY = "access".getBytes(StandardCharsets.UTF_8);

    private final RulesWriterConfig config;
    private final RulesMetrics metrics;
    private ProcessorContext<Object, byte[]> context;
    private ControlPlaneStore store;
    private RulesLedger ledger;

    @SuppressWarnings("NullAway.Init")
    RulesProcessor(RulesWriterConfig config, RulesMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> context) {
        this.context = context;
        this.store = new ControlPlaneState(context.getStateStore(Names.CONTROL_PLANE_STORE));
        this.ledger = new RulesLedger(store, RulesMapping::read, config.policy());
        metrics.inForce(store.summary().activeRevision());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        ControlCommand command;
        try {
            command = believed(record);
        } catch (Forged e) {
            setAside(record, DeadLetterReason.FORGED, new WireException("signature", "does not prove a sender"));
            return;
        } catch (WireException e) {
            setAside(record, DeadLetterReason.MALFORMED, e);
            return;
        }
        try {
            handle(command, record.timestamp());
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("command {} failed; it is dead-lettered", command.commandId(), e);
            setAside(record, DeadLetterReason.INTERNAL, new WireException("", "the rules writer failed on it"));
            reply(
                    command,
                    new RulesReply.Refused("internal", "the rules writer failed", List.of()),
                    record.timestamp());
        }
    }

    /** An exception for a record without a valid signature. */
    private static final class Forged extends Exception {
        Forged() {
            super("forged", null, false, false);
        }
    }

    private ControlCommand believed(Record<byte[], byte[]> record) throws Forged, WireException {
        DecodedRequest.Malformed cutShort = DeadLetters.cutShort(record);
        DecodedRequest decoded = cutShort != null ? cutShort : RequestCodec.decode(record.key(), record.value());
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            throw new WireException(malformed.field(), malformed.detail());
        }
        if (!(((DecodedRequest.WellFormed) decoded).record().request() instanceof ControlRecord control)) {
            throw new WireException("type", "not a control record (expected: control)");
        }
        if (!config.keys().verify(SignedKind.RULES_COMMAND, control)) {
            throw new Forged();
        }
        ControlCommand command = ControlCommandCodec.decode(control.payload());
        ReplyAddress reply = command.reply();
        if (reply != null && reply.partition() >= config.replyPartitions()) {
            throw new WireException(
                    "reply.partition", reply.partition() + " (expected: 0.." + (config.replyPartitions() - 1) + ")");
        }
        return command;
    }

    private void handle(ControlCommand command, long atMillis) {
        RulesResult result = ledger.decide(RulesMapping.command(command), atMillis);
        if (result instanceof RulesResult.Accepted accepted) {
            int bytes = broadcastBytes(accepted.event());
            if (bytes <= DOCUMENT_RECORD_BYTES_MAX) {
                take(command, accepted.event(), atMillis);
                return;
            }
            result = tooLarge(accepted.event(), bytes);
        }
        if (result instanceof RulesResult.Repeated repeated) {
            metrics.commanded("repeated");
            long sequence = store.summary().sequence();
            reply(command, new RulesReply.Accepted(sequence, repeated.proposalId(), null), atMillis);
        } else if (result instanceof RulesResult.Refused refused) {
            RulesReply.Refused outcome = RulesMapping.refused(refused);
            metrics.commanded(outcome.code());
            reply(command, outcome, atMillis);
        }
    }

    /** The size of the record that will carry the event's document to the partitions; 0 if it has none. */
    private int broadcastBytes(RulesEvent event) {
        if (event instanceof RulesEvent.AccessAdded added) {
            return signed(ledger.accessAfter(added)).length;
        }
        if (!(event instanceof RulesEvent.Proposed proposed)) {
            return 0;
        }
        RulesetActivation activation = new RulesetActivation(
                RulesetActivation.REVISION_MAX, proposed.document(), /* author= */ "", /* reason= */ "");
        return signed(activation).length;
    }

    private static RulesResult.Refused tooLarge(RulesEvent event, int bytes) {
        String detail = bytes + " bytes as a control record (expected: at most " + DOCUMENT_RECORD_BYTES_MAX + ")";
        if (event instanceof RulesEvent.AccessChange) {
            return new RulesResult.Refused(
                    RulesResult.Refusal.TOO_MANY_ENTRIES, "all access entries: " + detail, List.of());
        }
        return new RulesResult.Refused(
                RulesResult.Refusal.INVALID_DOCUMENT,
                "1 problem (expected: a valid ruleset)",
                List.of(new RulesetProblem("", detail)));
    }

    private void take(ControlCommand command, RulesEvent event, long atMillis) {
        byte[] entry = OutputSize.checked(TopicCatalogue.AUDIT, AuditCodec.encode(RulesMapping.entry(event)));
        Headers proof = new RecordHeaders();
        proof.add(
                AuditEntry.SIGNATURE_HEADER,
                config.rulesKey().signature(SignedKind.RULES_AUDIT, entry).getBytes(StandardCharsets.US_ASCII));
        byte[] revision = event instanceof RulesEvent.Change change
                ? OutputSize.checked(TopicCatalogue.RULES, encoded(change))
                : null;
        byte[] entries = event instanceof RulesEvent.AccessChange change
                ? OutputSize.checked(TopicCatalogue.RULES, signed(ledger.accessAfter(change)))
                : null;

        ledger.apply(event);
        context.forward(new Record<>((Object) null, entry, atMillis, proof), Names.AUDIT_SINK);
        if (revision != null) {
            long number = store.summary().activeRevision();
            context.forward(
                    new Record<>((Object) Long.toString(number).getBytes(StandardCharsets.UTF_8), revision, atMillis),
                    Names.RULES_SINK);
            metrics.inForce(number);
            LOG.info("ruleset revision {} is to be in force, by {}", number, command.principal());
        }
        if (entries != null) {
            context.forward(new Record<>((Object) ACCESS_KEY.clone(), entries, atMillis), Names.RULES_SINK);
            LOG.info(
                    "access entries {} are to be in force, by {}",
                    store.access().version(),
                    command.principal());
        }
        reply(command, RulesMapping.accepted(event), atMillis);
        metrics.commanded("accepted");
    }

    /** The exact record for the rules topic; it goes from there into every request partition. */
    private byte[] encoded(RulesEvent.Change change) {
        RulesetActivation activation = new RulesetActivation(
                change.revision().number(),
                change.revision().document(),
                change.stamp().by().principal(),
                change.stamp().by().reason());
        return signed(activation);
    }

    private byte[] signed(AccessState entries) {
        return RequestCodec.encode(
                config.rulesKey().sign(SignedKind.ACCESS, AccessSnapshotCodec.encode(RulesMapping.snapshot(entries))));
    }

    private byte[] signed(RulesetActivation activation) {
        return RequestCodec.encode(config.rulesKey().sign(SignedKind.RULES, ActivationCodec.encode(activation)));
    }

    private void reply(ControlCommand command, RulesReply.Outcome outcome, long atMillis) {
        ReplyAddress address = command.reply();
        if (address != null) {
            byte[] reply = ReplyCodec.encode(new RulesReply(address.correlationId(), outcome), command.commandId());
            context.forward(new Record<>((Object) address, reply, atMillis), Names.REPLIES_SINK);
        }
    }

    private void setAside(Record<byte[], byte[]> record, DeadLetterReason reason, WireException problem) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        DeadLetters.RecordPosition place =
                new DeadLetters.RecordPosition(metadata.partition(), metadata.offset(), record.timestamp());
        DeadLetters.Refusal refusal =
                new DeadLetters.Refusal(reason, problem.field(), problem.detail(), TopicCatalogue.RULES_COMMANDS);
        context.forward(DeadLetters.deadLetter(record, refusal, place, record.timestamp()), Names.DEAD_LETTERS_SINK);
        metrics.commanded(reason == DeadLetterReason.FORGED ? "forged" : "dead-lettered");
    }
}
