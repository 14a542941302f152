package io.sluice.replay.past;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.PartitionWork;
import io.sluice.replay.run.Progress;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.run.StartRules;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.streams.replay.RunSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains one decision of the past: its partition is run up to it, and the question is put in its place.
 *
 * <p>So the answer comes from the state that the decision was made in, at the very time, under the rules of then.
 */
public final class PastDecision {
    private static final ReplyAddress ANSWER = new ReplyAddress(0, "explain");

    private final LogSource log;
    private final RunSettings settings;
    private final DecisionId id;
    private final LogRun run;

    /**
     * Looks at the log; nothing runs so far.
     *
     * @throws LogException if it cannot be read, or has no such partition
     */
    public PastDecision(LogSource log, RunSettings settings, RunBounds bounds, DecisionId id) throws LogException {
        if (id.partition() >= log.partitions()) {
            throw new UnknownDecisionException("decision " + id.text() + ": partition " + id.partition()
                    + " (expected: 0.." + (log.partitions() - 1) + ", as the log has)");
        }
        this.log = log;
        this.settings = settings;
        this.id = id;
        this.run = LogRun.ofPartition(
                log,
                id.partition(),
                new RunWindow(
                        new LogPoint.AtOffset(id.offset()), new LogPoint.AtOffset(id.offset() + 1), /* cold= */ false),
                bounds);
        if (!run.reaches(id.partition(), id.offset())) {
            throw new UnknownDecisionException("decision " + id.text() + ": no record at this offset (expected: "
                    + run.reach(id.partition()) + ", which the log has)");
        }
    }

    public Progress progress() {
        return run.progress();
    }

    /**
     * The explanation.
     *
     * @param reply the answer to an explain query, as it lies on the reply topic
     * @param facts what the log before the decision was like
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Explained(byte[] reply, PartitionFacts facts) {
        /** How exact the state was that the decision is explained from. */
        public String state() {
            String rules = facts.startRules().revision() == 0
                    ? ""
                    : "; under revision " + facts.startRules().revision() + " at first";
            return facts.start() == PartitionFacts.Start.EXACT
                    ? facts.start().text()
                    : facts.start().text() + "; " + facts.before() + " records were run before it" + rules;
        }
    }

    /**
     * Runs the partition up to the decision.
     *
     * @throws LogException if the log has no such record, or it is nothing that can be explained
     */
    public Explained explain() throws LogException, RunStoppedException {
        return run.run((partition, places) -> new Asking(places.next())).get(0);
    }

    private final class Asking implements PartitionWork<Explained>, RunOutputs {
        private final PartitionRun partitionRun;
        private byte @Nullable [] reply;
        private boolean isAsked;

        Asking(PartitionRun.Place place) {
            this.partitionRun = new PartitionRun(id.partition(), settings, place, new SimpleMeterRegistry(), this);
        }

        @Override
        public void decision(byte[] value) {
            // What was recorded is known.
        }

        @Override
        public void reply(byte[] value) {
            if (isAsked) {
                reply = value;
            }
        }

        @Override
        public void startUnder(StartRules rules) throws LogException {
            rules.putInForce(partitionRun);
        }

        @Override
        public void warmUp(LoggedRecord record) {
            partitionRun.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        }

        @Override
        public void windowBegins(LoggedRecord first) {
            isAsked = true;
        }

        @Override
        public void decide(LoggedRecord record) throws LogException {
            if (record.offset() == id.offset()) {
                Request request = request(new RequestReader(id.partition(), log.partitions(), log.replyPartitions())
                        .read(record.key(), record.value()));
                TravellingRequest home = request instanceof ControlRecord control ? broughtHome(control) : null;
                AdmissionRequest admission =
                        admission(home == null ? request : request(RequestCodec.decodeTravelling(home)));
                partitionRun.explain(
                        record.offset(),
                        record.timestampMillis(),
                        record.key(),
                        RequestCodec.encode(new RequestRecord(new ExplainQuery(admission), ANSWER)),
                        home == null ? List.of() : home.statements());
            }
        }

        /** The request that has visited wide buckets and is decided by this record; null if it brings none. */
        private @Nullable TravellingRequest broughtHome(ControlRecord control) throws LogException {
            if (!PartitionMessageCodec.isOne(control.payload())) {
                return null;
            }
            try {
                return PartitionMessageCodec.decode(control.payload()) instanceof TravellingRequest message
                                && message.visits().isEmpty()
                        ? message
                        : null;
            } catch (WireException e) {
                throw new UnknownDecisionException(
                        "decision " + id.text() + ": the record was refused, " + e.getMessage());
            }
        }

        private Request request(DecodedRequest decoded) throws LogException {
            if (decoded instanceof DecodedRequest.Malformed malformed) {
                throw new UnknownDecisionException("decision " + id.text() + ": the record was refused, "
                        + malformed.field() + " " + malformed.detail());
            }
            return ((DecodedRequest.WellFormed) decoded).record().request();
        }

        private AdmissionRequest admission(Request request) throws LogException {
            if (request instanceof AdmissionRequest admission) {
                return admission;
            }
            if (request instanceof LeaseRequest lease) {
                return lease.admission();
            }
            throw new UnknownDecisionException("decision " + id.text() + ": is about a "
                    + request.getClass().getSimpleName() + " (expected: an admission, or a request for a lease)");
        }

        @Override
        public void cleanUp() {
            partitionRun.cleanUp();
        }

        @Override
        public boolean hasRules() {
            return partitionRun.revisionInForce() > 0;
        }

        @Override
        public Explained result(PartitionFacts facts) throws LogException {
            if (reply == null) {
                throw new UnknownDecisionException(
                        "decision " + id.text() + ": no record at this offset (expected: one of "
                                + run.reach(id.partition()) + " with a record)");
            }
            return new Explained(reply, facts);
        }

        @Override
        public void close() {
            partitionRun.close();
        }
    }
}
