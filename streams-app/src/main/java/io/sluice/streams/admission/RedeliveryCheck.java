package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.state.LogPosition;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Query;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the offset that is read with the offset up to which the log has been decided.
 *
 * <p>The store holds the offset of the last decided record, in the same transaction as that record's changes. So it
 * does not matter what happens to the group's offsets. A record that was decided before is answered again, and changes
 * nothing. Records that were never read cannot be decided any more; the gap is logged and counted.
 */
final class RedeliveryCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RedeliveryCheck.class);

    /**
     * The largest gap between two offsets that is not reported. Each transaction of a producer takes one offset without
     * a record, and each record of an aborted transaction takes one more.
     */
    static final long GAP_MAX = 100;

    /** No caller waits for the answer to an older request; where all of the log is read again, most are older. */
    static final long ANSWERED_WITHIN_MILLIS = 600_000;

    private final int partition;
    private final Ledger ledger;
    private final RequestReader reader;
    private final Answers answers;
    private final Output output;
    private final AdmissionMetrics metrics;
    private boolean repeatLogged;
    private boolean gapLogged;

    RedeliveryCheck(
            int partition,
            Ledger ledger,
            RequestReader reader,
            Answers answers,
            Output output,
            AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.reader = reader;
        this.answers = answers;
        this.output = output;
        this.metrics = metrics;
    }

    /** Answers a query, from the state as it is now. */
    @FunctionalInterface
    interface Queries {
        void answer(Query query, RequestContext at);
    }

    /** The sources of the answers. */
    record Answers(
            AdmissionHandler admissions,
            BatchHandler batches,
            HoldHandler holds,
            ControlHandler controls,
            Queries queries) {}

    /**
     * Reports records between the last decided one and this one that were not read, and will never be decided.
     *
     * @param beginsAnywhere whether none is missing before the first one
     */
    void reportGap(long offset, boolean beginsAnywhere) {
        LogPosition position = ledger.position();
        boolean isFirst = position.offset() == LogPosition.NO_OFFSET;
        long missing = offset - position.offset() - 1;
        if (missing <= GAP_MAX || isFirst && beginsAnywhere) {
            return;
        }
        metrics.passedOver(missing);
        if (!gapLogged) {
            gapLogged = true;
            LOG.warn(
                    "partition {}: the last decided record is at offset {} and the next one read at {};"
                            + " what was between them is not decided"
                            + " (were the group's offsets moved, was the log cut, or is the state lost?)",
                    partition,
                    isFirst ? "none" : position.offset(),
                    offset);
        }
    }

    /** Answers a record that was decided before, if a caller may still wait for it. Charges and decides nothing. */
    void answer(Record<byte[], byte[]> record, DeadLetters.RecordPosition place) {
        metrics.redelivered();
        logRepeat(place);
        if (ledger.clockMillis() - place.timestampMillis() > ANSWERED_WITHIN_MILLIS) {
            return;
        }
        try {
            answerDecoded(record, place);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error(
                    "record {} was decided before and cannot be answered again",
                    place.decisionId().text(),
                    e);
        }
    }

    private void answerDecoded(Record<byte[], byte[]> record, DeadLetters.RecordPosition place) {
        DecodedRequest decoded = reader.read(record.key(), record.value());
        if (decoded instanceof DecodedRequest.Malformed malformed) {
            output.error(
                    context(record, place, malformed.reply()),
                    malformed.about(),
                    new WireError(WireError.INVALID_REQUEST, malformed.field(), malformed.detail()));
        } else {
            RequestRecord envelope = ((DecodedRequest.WellFormed) decoded).record();
            answer(envelope.request(), context(record, place, envelope.reply()));
        }
        output.send();
    }

    private RequestContext context(
            Record<byte[], byte[]> record, DeadLetters.RecordPosition place, @Nullable ReplyAddress reply) {
        return new RequestContext(record.key(), reply, place.decisionId(), ledger.clockMillis());
    }

    private void answer(Request request, RequestContext at) {
        if (request instanceof ControlRecord control) {
            answers.controls().repeat(control, at, error(at));
        } else if (request instanceof Query query) {
            answers.queries().answer(query, at);
        } else if (at.reply() != null && !repeats(request, at)) {
            ClientId about = request.clientId();
            output.error(at, about == null ? null : about.text(), error(at));
        }
    }

    private void logRepeat(DeadLetters.RecordPosition place) {
        if (!repeatLogged) {
            repeatLogged = true;
            LOG.warn(
                    "partition {}: the record at offset {} is read again, although all up to {} are decided;"
                            + " such records are answered, and change nothing"
                            + " (were the group's offsets moved or lost?)",
                    partition,
                    place.offset(),
                    ledger.position().offset());
        }
    }

    /** Repeats the stored answer, if there is one; returns whether there is. */
    private boolean repeats(Request request, RequestContext at) {
        if (request instanceof AdmissionRequest admission) {
            return answers.admissions().repeats(admission, at);
        }
        if (request instanceof BatchRequest batch) {
            return answers.batches().repeats(batch, at);
        }
        return request instanceof SettleRequest settle && answers.holds().repeats(settle, at);
    }

    private WireError error(RequestContext at) {
        return new WireError(
                WireError.ALREADY_DECIDED,
                "",
                "offset " + at.id().offset() + " of partition " + partition
                        + " was decided before and is not charged again (expected: look up decision "
                        + at.id().text() + ")");
    }
}
