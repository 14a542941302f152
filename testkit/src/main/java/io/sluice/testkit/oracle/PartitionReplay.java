package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ledger.BatchEvaluator;
import io.sluice.engine.ledger.BatchResult;
import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.LeaseDemand;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.engine.ledger.Lending;
import io.sluice.engine.ledger.ProfileResult;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.signal.ReportEffect;
import io.sluice.engine.signal.SignalReport;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.wide.WideEnd;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.WideTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One request partition, decided again from its first record. */
final class PartitionReplay {
    final InMemoryLedgerStore store = new InMemoryLedgerStore();
    final Ledger ledger = new Ledger(store, RulesetTimeline.empty());
    final Map<String, ExpectedOutcome> outcomes = new LinkedHashMap<>();
    final Map<String, ExpectedDeadLetter> deadLetters = new LinkedHashMap<>();
    final Map<String, ExpectedBatch> batches = new LinkedHashMap<>();

    final Map<String, ExpectedSettlement> settlements = new LinkedHashMap<>();
    final Map<String, ExpectedAnswer> answers = new LinkedHashMap<>();

    /** Requests that went out to visit wide buckets, by the place of their own record; they are decided elsewhere. */
    final Map<String, ExpectedOutcome> travelled = new LinkedHashMap<>();

    final Map<String, ExpectedBatch> travelledBatches = new LinkedHashMap<>();

    final LeaseReplay leases;
    final PenaltyReplay penalties;
    final WideReplay wides;

    final List<ExpectedChange> changes = new ArrayList<>();

    private final int partition;
    private final OracleConfig config;
    private final int requestPartitions;
    private final RequestReader reader;
    private final TrustedKeys keys;

    PartitionReplay(int partition, int requestPartitions, OracleConfig config) {
        this.partition = partition;
        this.penalties = new PenaltyReplay(ledger);
        this.leases = new LeaseReplay(partition, ledger, penalties, this::tellEnds);
        this.wides = new WideReplay(partition, requestPartitions, ledger, store);
        this.config = config;
        this.requestPartitions = requestPartitions;
        this.reader = new RequestReader(partition, requestPartitions, config.replyPartitions());
        this.keys = config.keys();
    }

    void feed(ConsumerRecord<byte[], byte[]> record) {
        String place = record.partition() + "-" + record.offset();
        // A refused record moves the partition's time as well.
        long nowMillis = ledger.advance(record.timestamp(), record.offset());
        DecodedRequest decoded = reader.read(record.key(), record.value());
        if (decoded instanceof DecodedRequest.WellFormed wellFormed) {
            handle(place, wellFormed.record(), record, nowMillis);
        } else {
            refuse(place, ExpectedDeadLetter.MALFORMED, record);
        }
        wides.finish(record.offset());
    }

    private void tellEnds(List<WideEnd> ends) {
        wides.tellEnds(ends);
    }

    /** Forgets what it expects so far, but for leases that may still end, and keeps the state that it has come to. */
    void forget() {
        List.of(outcomes, deadLetters, batches, settlements, answers, leases.reports, travelled, travelledBatches)
                .forEach(Map::clear);
        changes.clear();
        penalties.entries.clear();
    }

    private void handle(String place, RequestRecord envelope, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        Request request = envelope.request();
        ReplyAddress reply = envelope.reply();
        ClientId client = request instanceof ControlRecord ? null : request.clientId();
        if (client != null) {
            penalties.noteEnds(client.account(), nowMillis);
        }
        if (request instanceof AdmissionRequest admission) {
            settleDue(admission.clientId().account(), nowMillis, true);
            admit(new Arrived(place, admission, reply, WideReplay.Trip.NONE, List.of()), record, nowMillis);
        } else if (request instanceof BatchRequest batch) {
            settleDue(batch.account(), nowMillis, true);
            List<WideStatements> none = Collections.nCopies(batch.checks().size(), WideStatements.NONE);
            batch(place, envelope, WideReplay.Trip.NONE, none, record);
        } else if (request instanceof LeaseRequest lease) {
            settleDue(lease.clientId().account(), nowMillis, true);
            leases.grant(place, envelope, nowMillis, record.offset());
        } else if (request instanceof LeaseReport report) {
            settleDue(report.admission().clientId().account(), nowMillis, true);
            if (!leases.report(place, List.of(report), nowMillis)) {
                refuse(place, ExpectedDeadLetter.INVALID_REPORT, record);
            }
        } else if (request instanceof LeaseReports several) {
            for (LeaseReport report : several.reports()) {
                penalties.noteEnds(report.clientId().account(), nowMillis);
                settleDue(report.clientId().account(), nowMillis, true);
            }
            if (!leases.report(place, several.reports(), nowMillis)) {
                refuse(place, ExpectedDeadLetter.INVALID_REPORT, record);
            }
        } else if (request instanceof SettleRequest settle) {
            settleDue(settle.clientId().account(), nowMillis, true);
            answers.put(place, new ExpectedAnswer(place, settle, reply, settled(place, settle, nowMillis)));
        } else if (request instanceof QuotaQuery query) {
            settleDue(query.clientId().account(), nowMillis, true);
        } else if (request instanceof ExplainQuery query) {
            settleDue(query.clientId().account(), nowMillis, true);
        } else if (request instanceof ProfileQuery query) {
            settleDue(query.clientId().account(), nowMillis, true);
        } else if (request instanceof ControlRecord control) {
            handleControl(place, control, record, nowMillis);
        }
    }

    /**
     * An admission, from its sender or back from visits of wide buckets.
     *
     * @param trip how it was sent out
     */
    private record Arrived(
            String place,
            AdmissionRequest request,
            @Nullable ReplyAddress reply,
            WideReplay.Trip trip,
            List<WideStatement> statements) {}

    private void admit(Arrived arrived, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        AdmissionRequest admission = arrived.request();
        WideStatements all = WideStatements.of(arrived.statements());
        long stampMillis = ledger.clock().stampMillis();
        if (arrived.trip().isLate(stampMillis)) {
            wides.tellEnds(WideLedger.ends(all.all(), null));
            wides.home(admission, arrived.trip());
            refuse(arrived.place(), ExpectedDeadLetter.STALE, record);
            return;
        }
        ExpectedOutcome expected = decided(arrived, all, nowMillis, record.offset());
        AdmissionResult result = expected.result();
        if (result instanceof AdmissionResult.Unvisited unvisited) {
            List<WideTarget> visits = unvisited.missing().stream()
                    .map(name -> new WideTarget(name.limitId(), name.scope(), 0))
                    .toList();
            boolean goes = wides.sendOut(
                    admission,
                    arrived.reply(),
                    arrived.trip(),
                    visits,
                    List.of(all),
                    unvisited.wish(),
                    record.offset());
            if (goes) {
                travelled.put(arrived.place(), expected);
            } else {
                wides.tellEnds(WideLedger.ends(all.all(), null));
                wides.home(admission, arrived.trip());
                refuse(arrived.place(), ExpectedDeadLetter.STALE, record);
            }
            return;
        }
        wides.tellEnds(WideLedger.ends(all.all(), result, expected.lentTokens()));
        ledger.apply(result);
        wides.home(admission, arrived.trip());
        penalties.expect(result instanceof AdmissionResult.Decided decided ? decided.penalties() : null);
        outcomes.put(arrived.place(), expected);
        leases.lent(expected);
    }

    private ExpectedOutcome decided(Arrived arrived, WideStatements statements, long nowMillis, long offset) {
        AdmissionRequest request = arrived.request();
        ReplyAddress reply = arrived.reply();
        Admission admission = RequestMapping.admission(request);
        LeaseTerms terms = reply == null ? null : request.lease();
        if (terms == null) {
            AdmissionResult result = ledger.decide(admission, request.idempotencyKey(), statements, nowMillis, offset);
            return new ExpectedOutcome(arrived.place(), request, reply, result, /* terms= */ null);
        }
        Lending lending = ledger.decideLending(
                new LeaseDemand(
                        admission,
                        terms.tokens(),
                        terms.ttlMillis(),
                        arrived.trip().onTheRoadMillis(ledger.clock().stampMillis()),
                        terms.overMillis()),
                statements,
                nowMillis,
                offset);
        LeaseTerms beside = lending.ttlMillis() == 0
                ? null
                : new LeaseTerms(lending.tokens(), lending.ttlMillis(), lending.overMillis());
        return new ExpectedOutcome(arrived.place(), request, reply, lending.result(), beside);
    }

    private void batch(
            String place,
            RequestRecord envelope,
            WideReplay.Trip trip,
            List<WideStatements> statements,
            ConsumerRecord<byte[], byte[]> record) {
        BatchRequest batch = (BatchRequest) envelope.request();
        long stampMillis = ledger.clock().stampMillis();
        if (trip.isLate(stampMillis)) {
            wides.tellEnds(BatchEvaluator.ends(statements, null));
            wides.home(batch, trip);
            refuse(place, ExpectedDeadLetter.STALE, record);
            return;
        }
        BatchEvaluator evaluator = new BatchEvaluator(ledger, store);
        BatchResult result = evaluator.decide(
                batch.checks().stream().map(RequestMapping::admission).toList(),
                statements,
                batch.idempotencyKey(),
                ledger.clockMillis(),
                record.offset());
        if (result instanceof BatchResult.Unvisited unvisited) {
            List<WideTarget> visits = unvisited.missing().stream()
                    .map(visit ->
                            new WideTarget(visit.name().limitId(), visit.name().scope(), visit.check()))
                    .toList();
            boolean goes = wides.sendOut(batch, envelope.reply(), trip, visits, statements, 0, record.offset());
            if (goes) {
                travelledBatches.put(place, new ExpectedBatch(place, batch, envelope.reply(), result));
            } else {
                wides.tellEnds(BatchEvaluator.ends(statements, null));
                wides.home(batch, trip);
                refuse(place, ExpectedDeadLetter.STALE, record);
            }
            return;
        }
        wides.tellEnds(BatchEvaluator.ends(statements, result));
        evaluator.apply(result);
        wides.home(batch, trip);
        penalties.expect(result instanceof BatchResult.Decided decided ? decided.penalties() : null);
        batches.put(place, new ExpectedBatch(place, batch, envelope.reply(), result));
    }

    private void takeMessage(
            String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        if (!config.messages().verify(control)) {
            refuse(place, ExpectedDeadLetter.FORGED, record);
            return;
        }
        PartitionMessage message;
        try {
            message = PartitionMessageCodec.decode(control.payload());
        } catch (WireException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
            return;
        }
        if (message.to() != partition) {
            refuse(place, ExpectedDeadLetter.FORGED, record);
        } else if (!wides.isRepeated(message)) {
            if (message instanceof VoucherEnds ends) {
                wides.end(ends, nowMillis);
            } else {
                travel(place, (TravellingRequest) message, record, nowMillis);
            }
            wides.take(message, control.payload());
        }
    }

    private void travel(
            String place, TravellingRequest message, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        DecodedRequest decoded = RequestCodec.decodeTravelling(message);
        RequestRecord original = ((DecodedRequest.WellFormed) decoded).record();
        if (!message.visits().isEmpty()) {
            wides.visit(message, original.request(), nowMillis, record.offset());
            return;
        }
        penalties.noteEnds(message.account(), nowMillis);
        settleDue(message.account(), nowMillis, true);
        WideReplay.Trip trip = new WideReplay.Trip(message.trip(), message.sentMillis(), message.follows());
        if (original.request() instanceof BatchRequest batch) {
            List<WideStatements> statements =
                    WideReplay.byCheck(message.statements(), batch.checks().size());
            batch(place, original, trip, statements, record);
            return;
        }
        admit(
                new Arrived(
                        place,
                        (AdmissionRequest) original.request(),
                        original.reply(),
                        trip,
                        WideReplay.engine(message.statements())),
                record,
                nowMillis);
    }

    private void handleControl(
            String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        if (PartitionMessageCodec.isOne(control.payload())) {
            takeMessage(place, control, record, nowMillis);
            return;
        }
        boolean isForAccount = AccountCommandCodec.isOne(control.payload());
        boolean isMark = ClockMarkCodec.isOne(control.payload());
        boolean isProved = isMark ? keys.verifyMark(control) : keys.verify(kind(control.payload()), control);
        if (!isProved) {
            refuse(place, ExpectedDeadLetter.FORGED, record);
        } else if (isForAccount) {
            change(place, control, record, nowMillis);
        } else if (isMark) {
            mark(place, control, record);
        } else if (SignalCodec.isOne(control.payload())) {
            signal(place, control, record, nowMillis);
        } else if (AccessMapping.isOne(control.payload())) {
            changeAccess(place, control, record);
        } else if (LedgerVersionCodec.isOne(control.payload())) {
            changeVersion(place, control, record);
        } else {
            try {
                ledger.activate(ruleset(control.payload()), nowMillis);
            } catch (WireException | InvalidRulesetException e) {
                refuse(place, ExpectedDeadLetter.INVALID_RULESET, record);
            }
        }
    }

    private static SignedKind kind(String payload) {
        if (AccountCommandCodec.isOne(payload)) {
            return SignedKind.ACCOUNT_COMMAND;
        }
        if (SignalCodec.isOne(payload)) {
            return SignedKind.SIGNAL;
        }
        if (LedgerVersionCodec.isOne(payload)) {
            return SignedKind.LEDGER_VERSION;
        }
        return AccessMapping.isOne(payload) ? SignedKind.ACCESS : SignedKind.RULES;
    }

    private void changeVersion(String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record) {
        try {
            ledger.activate(new LedgerVersion(
                    LedgerVersionCodec.decode(control.payload()).version()));
        } catch (WireException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
        }
    }

    private void signal(String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        try {
            SignalRecord wire = SignalCodec.decode(control.payload());
            SignalReport report = new SignalReport(wire.signal(), wire.good(), wire.validMillis(), wire.nowMillis());
            if (ledger.effect(report, nowMillis) == ReportEffect.TAKEN) {
                ledger.apply(report, nowMillis);
            }
        } catch (WireException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
        }
    }

    private void changeAccess(String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record) {
        try {
            ledger.activate(AccessMapping.entries(control.payload()));
        } catch (WireException | InvalidRulesetException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
        }
    }

    private void mark(String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record) {
        try {
            ClockMark mark = ClockMarkCodec.decode(control.payload());
            if (mark.partition() == partition) {
                ledger.mark(mark.nowMillis());
                return;
            }
        } catch (WireException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
            return;
        }
        refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
    }

    private void change(String place, ControlRecord control, ConsumerRecord<byte[], byte[]> record, long nowMillis) {
        AccountCommand command;
        try {
            command = AccountCommandCodec.decode(control.payload());
        } catch (WireException e) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
            return;
        }
        byte[] account = command.account().getBytes(StandardCharsets.UTF_8);
        boolean isHome = Arrays.equals(account, record.key())
                && AccountPartitioner.partitionOf(account, requestPartitions) == partition;
        boolean isAnswerable = command.reply() == null || command.reply().partition() < config.replyPartitions();
        if (!isHome || !isAnswerable) {
            refuse(place, ExpectedDeadLetter.INVALID_COMMAND, record);
            return;
        }
        settleDue(command.account(), nowMillis, true);
        String forged = forgedChallenge(command);
        ProfileResult result = forged == null ? result(command, nowMillis) : null;
        changes.add(new ExpectedChange(command, result, forged, creditsLeft(command.account(), result)));
    }

    private Map<String, Long> creditsLeft(String account, @Nullable ProfileResult result) {
        if (result instanceof ProfileResult.Accepted accepted) {
            return ledger.creditsLeft(account, accepted.event().after());
        }
        return result instanceof ProfileResult.Repeated repeated
                ? ledger.creditsLeft(account, repeated.profile())
                : Map.of();
    }

    private @Nullable ProfileResult result(AccountCommand command, long nowMillis) {
        try {
            ProfileResult result = ledger.decide(ProfileCommandMapping.command(command), nowMillis);
            if (result instanceof ProfileResult.Accepted accepted) {
                ledger.apply(accepted.event());
                PenaltyEntry lifted = accepted.event().lifted();
                if (lifted != null) {
                    penalties.lifted(command, lifted, partition, nowMillis);
                }
            }
            return result;
        } catch (WireException | InvalidRulesetException e) {
            return null;
        }
    }

    /** The code by which a challenge token that proves nothing here is refused; null if it may count, or is none. */
    private @Nullable String forgedChallenge(AccountCommand command) {
        if (!(command.action() instanceof AccountCommand.Redeem redeem)) {
            return null;
        }
        try {
            Challenge challenge = ChallengeCodec.decode(redeem.token());
            if (!keys.verify(SignedKind.CHALLENGE, ChallengeCodec.signed(redeem.token()))) {
                return "challenge-forged";
            }
            boolean isHere = challenge.begunBy().partition() == partition
                    && challenge.clientId().account().equals(command.account());
            return isHere ? null : "challenge-of-another-account";
        } catch (WireException e) {
            return "challenge-forged";
        }
    }

    private HoldResult settled(String place, SettleRequest request, long nowMillis) {
        if (request.holdId().partition() != partition) {
            return new HoldResult.NotFound();
        }
        HoldResult result = ledger.decide(RequestMapping.action(request), nowMillis);
        if (result instanceof HoldResult.Ended ended) {
            ledger.apply(ended.changes());
            expect(new ExpectedSettlement(partition, place, ended.settlement(), true));
        }
        return result;
    }

    private void settleDue(String account, long nowMillis, boolean noticed) {
        HoldResult.Due due = ledger.due(account, nowMillis);
        ledger.apply(due);
        // Between records nobody is told: the holds stay open until a record ends them.
        if (noticed && due.changes() != null) {
            wides.tellEnds(due.changes().ends());
        }
        for (HoldSettlement settlement : due.settlements()) {
            if (settlement.key().kind() == HoldKind.LEASE) {
                leases.expired(settlement, noticed);
            } else {
                expect(new ExpectedSettlement(partition, null, settlement, noticed));
            }
        }
    }

    private void expect(ExpectedSettlement settlement) {
        settlements.put(settlement.name(), settlement);
    }

    /** After the last record: ends the holds that are over, which only the clean-up may have noticed. */
    void finish() {
        StoreDifferences.accountsWithHolds(store).forEach(account -> settleDue(account, ledger.clockMillis(), false));
    }

    private static Ruleset ruleset(String payload) throws WireException, InvalidRulesetException {
        RulesetActivation activation = ActivationCodec.decode(payload);
        return RulesetCompiler.compile(activation.revision(), DocumentTree.ofJson(activation.documentJson()));
    }

    private void refuse(String place, String reason, ConsumerRecord<byte[], byte[]> record) {
        deadLetters.put(place, new ExpectedDeadLetter(place, reason, record));
    }
}
