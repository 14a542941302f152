package io.sluice.streams.admission;

import io.sluice.engine.ledger.Judgement;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LogPosition;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.request.Tally;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of one partition's adapter that compares where the log is read with how far it was judged.
 *
 * <p>The offset of the last judged record is in the store, in the transaction that has what that record changed. So it does
 * not matter what becomes of the group's offsets: a record that was judged before is answered again, and changes nothing.
 * Records that were never read cannot be judged any more; that they are missing is logged and counted.
 */
final class JudgedBefore {
    private static final Logger LOG = LoggerFactory.getLogger(JudgedBefore.class);

    /**
     * The largest gap between two offsets that is not reported. Each transaction of a producer leaves one offset without a
     * record, and each record of an aborted one another.
     */
    static final long GAP_MAX = 100;

    /** Nobody waits for the answer to an older request; where all of the log is read again, most are. */
    static final long ANSWERED_WITHIN_MILLIS = 600_000;

    private final int partition;
    private final Ledger ledger;
    private final RequestReader reader;
    private final Answers answers;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;
    private boolean repeatLogged;
    private boolean gapLogged;

    JudgedBefore(
            Ledger ledger,
            RequestReader reader,
            Answers answers,
            ProcessorContext<Object, byte[]> context,
            AdmissionMetrics metrics) {
        this.partition = context.taskId().partition();
        this.ledger = ledger;
        this.reader = reader;
        this.answers = answers;
        this.context = context;
        this.metrics = metrics;
    }

    /** Answers a request that only looks at the state, from the state as it is now. */
    @FunctionalInterface
    interface Looks {
        void answer(Record<byte[], byte[]> record, RequestRecord request, DeadLetters.Place place);
    }

    /** Where the answers come from. */
    record Answers(BatchDesk batches, HoldDesk holds, ProfileDesk profiles, TrustedKeys keys, Looks looks) {}

    /** Reports records between the last judged one and this one that were not read: nobody will judge them. */
    void reportGap(long offset) {
        LogPosition position = ledger.position();
        long missing = offset - position.offset() - 1;
        if (missing <= GAP_MAX) {
            return;
        }
        metrics.passedOver(missing);
        if (!gapLogged) {
            gapLogged = true;
            LOG.warn(
                    "partition {}: the last judged record is at offset {} and the next one read at {}; what was between them"
                            + " is not judged (were the group's offsets moved, was the log cut, or is the state lost?)",
                    partition,
                    position.offset() == LogPosition.NO_OFFSET ? "none" : position.offset(),
                    offset);
        }
    }

    /** Answers a record that was judged before, if somebody may still wait for it. Charges and decides nothing. */
    void answer(Record<byte[], byte[]> record, DeadLetters.Place place) {
        metrics.judgedBefore();
        logRepeat(place);
        if (ledger.clockMillis() - place.timestampMillis() > ANSWERED_WITHIN_MILLIS) {
            return;
        }
        try {
            answerDecoded(record, place);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("record {} was judged before and cannot be answered again", id(place), e);
        }
    }

    private void answerDecoded(Record<byte[], byte[]> record, DeadLetters.Place place) {
        DecodedRequest decoded = reader.read(record.key(), record.value());
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            replyError(
                    malformed.reply(),
                    malformed.about(),
                    place,
                    new WireError(WireError.INVALID_REQUEST, malformed.field(), malformed.detail()));
            return;
        }
        RequestRecord request = ((DecodedRequest.WellFormed) decoded).request();
        if (request instanceof ControlRecord control) {
            answer(record, control, place);
        } else if (isLook(request)) {
            answers.looks().answer(record, request, place);
        } else if (!repeats(request, place)) {
            replyError(request.reply(), clientOf(request), place, error(place));
        }
    }

    private void logRepeat(DeadLetters.Place place) {
        if (!repeatLogged) {
            repeatLogged = true;
            LOG.warn(
                    "partition {}: the record at offset {} is read again, although all up to {} are judged; such records are"
                            + " answered, and change nothing (were the group's offsets moved or lost?)",
                    partition,
                    place.offset(),
                    ledger.position().offset());
        }
    }

    private static boolean isLook(RequestRecord request) {
        return !(request instanceof AdmissionRequest
                || request instanceof BatchRequest
                || request instanceof LeaseRequest
                || request instanceof Tally
                || request instanceof SettleRequest);
    }

    /** Gives the answer that is remembered, if there is one. */
    private boolean repeats(RequestRecord request, DeadLetters.Place place) {
        if (request.reply() == null) {
            return true;
        }
        if (request instanceof AdmissionRequest admission) {
            return repeats(admission, place);
        }
        if (request instanceof BatchRequest batch) {
            return answers.batches().repeats(batch, place.offset(), ledger.clockMillis());
        }
        return request instanceof SettleRequest settle
                && answers.holds().repeats(settle, id(place), ledger.clockMillis());
    }

    private boolean repeats(AdmissionRequest request, DeadLetters.Place place) {
        ReplyAddress address = request.reply();
        if (address == null || request.idempotencyKey() == null) {
            return false;
        }
        Judgement judgement = ledger.decide(
                EngineMapping.admission(request), request.idempotencyKey(), ledger.clockMillis(), place.offset());
        if (!(judgement instanceof Judgement.Replayed replayed)) {
            return false;
        }
        reply(
                address,
                Verdict.judged(
                        address.correlationId(),
                        id(place),
                        request.requestId(),
                        EngineMapping.judged(
                                replayed.outcome(), /* replayed= */ true, partition, request.maxWaitMillis())),
                request.clientId().text());
        return true;
    }

    /** Only commands that change an account are answered. */
    private void answer(Record<byte[], byte[]> record, ControlRecord control, DeadLetters.Place place) {
        if (!AccountCommandCodec.isOne(control.payload())
                || !answers.keys().verify(SignedKind.ACCOUNT_COMMAND, control)) {
            return;
        }
        try {
            answers.profiles().repeat(answers.profiles().read(record.key(), control.payload()), error(place));
        } catch (WireException e) {
            LOG.debug("partition {}: the command at offset {} was refused before", partition, place.offset(), e);
        }
    }

    private WireError error(DeadLetters.Place place) {
        return new WireError(
                WireError.ALREADY_JUDGED,
                "",
                "offset " + place.offset() + " of partition " + partition
                        + " was judged before and is not charged again (expected: look up decision " + id(place) + ")");
    }

    private static String id(DeadLetters.Place place) {
        return place.partition() + "-" + place.offset();
    }

    /** The client that a request which takes something is about; null for one that is answered otherwise. */
    private static @Nullable String clientOf(RequestRecord request) {
        if (request instanceof AdmissionRequest admission) {
            return admission.clientId().text();
        }
        if (request instanceof BatchRequest batch) {
            return batch.clientId().text();
        }
        if (request instanceof LeaseRequest lease) {
            return lease.question().clientId().text();
        }
        return request instanceof SettleRequest settle ? settle.clientId().text() : null;
    }

    private void replyError(
            @Nullable ReplyAddress address, @Nullable String about, DeadLetters.Place place, WireError error) {
        if (address != null) {
            reply(address, Verdict.error(address.correlationId(), id(place), error), about);
        }
    }

    private void reply(ReplyAddress address, Reply reply, @Nullable String about) {
        byte[] value = OutputSize.checked(TopicCatalogue.REPLIES, ReplyCodec.encode(reply, about));
        context.forward(new Record<>((Object) address, value, ledger.clockMillis()), Names.REPLIES_SINK);
    }
}
