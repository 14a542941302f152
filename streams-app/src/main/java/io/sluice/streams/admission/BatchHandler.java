package io.sluice.streams.admission;

import io.sluice.engine.ledger.BatchEvaluator;
import io.sluice.engine.ledger.BatchResult;
import io.sluice.engine.ledger.BatchResult.BatchOutcome;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.TravellingKeys;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides batches; each leaves one record on the decision topic. */
final class BatchHandler {
    private final int partition;
    private final BatchEvaluator evaluator;
    private final Ledger ledger;
    private final WideMessages messages;
    private final Output output;
    private final AdmissionMetrics metrics;
    private final RecordTrace trace;
    private final TrafficLabels labels;
    private final PenaltyHandler penalties;

    /** What it decides with. */
    record Parts(int partition, Ledger ledger, BatchEvaluator evaluator, WideMessages messages) {}

    BatchHandler(Parts parts, Output output, AdmissionMetrics metrics, RecordTrace trace) {
        this.partition = parts.partition();
        this.evaluator = parts.evaluator();
        this.ledger = parts.ledger();
        this.messages = parts.messages();
        this.labels = new TrafficLabels(parts.ledger());
        this.penalties = new PenaltyHandler(parts.ledger(), output, metrics);
        this.output = output;
        this.metrics = metrics;
        this.trace = trace;
    }

    /**
     * How a batch has come here.
     *
     * @param statements for each check, what the owners of the wide buckets said that it has visited
     */
    record Arrival(WideMessages.Trip trip, List<WideStatements> statements) {
        static Arrival ofSender(BatchRequest request) {
            return new Arrival(
                    WideMessages.Trip.NONE, Collections.nCopies(request.checks().size(), WideStatements.NONE));
        }
    }

    Decided decide(BatchRequest request, RequestContext at) throws RejectedRequestException {
        return decide(request, Arrival.ofSender(request), at);
    }

    Decided decide(BatchRequest request, Arrival came, RequestContext at) throws RejectedRequestException {
        came.trip().requireInTime(ledger.clock().stampMillis());
        Asked asked = asked(request, came, at);
        Arrival arrival = asked.arrival();
        BatchResult result = asked.result();
        if (result instanceof BatchResult.Unvisited unvisited) {
            WideMessages.Leaving leaving = new WideMessages.Leaving(
                    request,
                    key(request),
                    arrival.trip(),
                    new WideMessages.Visits(
                            unvisited.missing().stream()
                                    .map(visit -> WideMapping.target(visit.name(), visit.check()))
                                    .toList(),
                            /* wish= */ 0),
                    WideMapping.wire(arrival.statements()));
            return messages.sendOut(leaving, at);
        }
        Runnable home = messages.home(key(request), arrival.trip(), at);
        messages.end(BatchEvaluator.ends(arrival.statements(), result));
        WireError error = error(result);
        if (error != null) {
            output.error(at, request.clientId().text(), error);
            return new Decided(home, () -> {});
        }
        boolean replayed = result instanceof BatchResult.Replayed;
        BatchOutcome outcome = result instanceof BatchResult.Decided decided
                ? decided.outcome()
                : ((BatchResult.Replayed) result).outcome();
        VerdictDetails details = EngineMapping.details(outcome.outcome(), replayed, partition);
        trace.verdict(details);
        String decisionId = at.id().text();
        Runnable penalised = result instanceof BatchResult.Decided decided
                ? penalties.told(decided.penalties(), at.id().offset())
                : () -> {};
        output.decision(
                at.key(),
                new BatchDecision(
                        decisionId,
                        request,
                        refusedCheck(outcome),
                        charges(result),
                        charged(result),
                        details.toBuilder()
                                .routeTemplate(
                                        labels.routeTemplate(outcome.outcome().limits()))
                                .build()));
        ReplyAddress address = at.reply();
        if (address != null) {
            output.reply(
                    address,
                    verdict(request, address, decisionId, outcome, details),
                    request.clientId().text());
        }
        if (result instanceof BatchResult.Decided decided) {
            decided.checks().forEach(check -> output.alerts(check, decisionId, request.account()));
        }
        Runnable change = () -> {
            evaluator.apply(result);
            home.run();
        };
        return new Decided(change, () -> {
            if (replayed) {
                metrics.replayed();
            } else {
                metrics.decided(outcome.outcome());
            }
            penalised.run();
        });
    }

    /** What the ledger knows the batch's idempotency key by; null without one. */
    static @Nullable IdempotencyRecordKey key(BatchRequest request) {
        String key = request.idempotencyKey();
        return key == null ? null : TravellingKeys.ofBatch(request.account(), key);
    }

    private BatchResult result(BatchRequest request, List<WideStatements> statements, RequestContext at) {
        return evaluator.decide(
                request.checks().stream().map(EngineMapping::admission).toList(),
                statements,
                request.idempotencyKey(),
                at.nowMillis(),
                at.id().offset());
    }

    private record Asked(Arrival arrival, BatchResult result) {}

    /** What the ledger says, once owners at hand were asked. */
    private Asked asked(BatchRequest request, Arrival came, RequestContext at) {
        BatchResult result = result(request, came.statements(), at);
        if (result instanceof BatchResult.Unvisited unvisited && messages.hasOwnersAtHand()) {
            Arrival told = new Arrival(came.trip(), visited(request, came.statements(), unvisited, at));
            return new Asked(told, result(request, told.statements(), at));
        }
        return new Asked(came, result);
    }

    /** What is known of each check once owners at hand were asked, up to the first that refuses. */
    private List<WideStatements> visited(
            BatchRequest request, List<WideStatements> known, BatchResult.Unvisited unvisited, RequestContext at) {
        List<WideStatements> all = new ArrayList<>(known);
        for (BatchResult.Visit visit : unvisited.missing()) {
            WideMessages.Visited visited = messages.visit(
                    visit.check(),
                    List.of(visit.name()),
                    EngineMapping.admission(request.checks().get(visit.check())),
                    WideWish.NONE,
                    at.nowMillis());
            List<WideStatement> said = new ArrayList<>(all.get(visit.check()).all());
            said.addAll(visited.statements());
            all.set(visit.check(), WideStatements.of(said));
            if (visited.isRefused()) {
                break;
            }
        }
        return all;
    }

    /** Repeats the stored answer to a batch that was decided before; returns whether there is one. */
    boolean repeats(BatchRequest request, RequestContext at) {
        ReplyAddress address = at.reply();
        if (address == null
                || request.idempotencyKey() == null
                || !(result(request, Arrival.ofSender(request).statements(), at)
                        instanceof BatchResult.Replayed replayed)) {
            return false;
        }
        BatchOutcome outcome = replayed.outcome();
        VerdictDetails details = EngineMapping.details(outcome.outcome(), /* replayed= */ true, partition);
        output.reply(
                address,
                verdict(request, address, at.id().text(), outcome, details),
                request.clientId().text());
        return true;
    }

    private static BatchVerdict verdict(
            BatchRequest request,
            ReplyAddress address,
            String decisionId,
            BatchOutcome outcome,
            VerdictDetails details) {
        return new BatchVerdict(
                address.correlationId(), decisionId, request.requestId(), refusedCheck(outcome), details);
    }

    private static @Nullable Integer refusedCheck(BatchOutcome outcome) {
        return outcome.allowed() ? null : outcome.refusedCheck();
    }

    private static List<BatchCharge> charges(BatchResult result) {
        List<BatchCharge> charges = new ArrayList<>();
        if (result instanceof BatchResult.Decided decided) {
            BatchEvaluator.charges(decided)
                    .forEach((bucket, tokens) ->
                            charges.add(new BatchCharge(bucket.limitId(), Scope.display(bucket.scope()), tokens)));
        }
        return charges;
    }

    private static long charged(BatchResult result) {
        return result instanceof BatchResult.Decided decided
                ? decided.checks().stream()
                        .mapToLong(check -> check.outcome().charged())
                        .sum()
                : 0;
    }

    private static @Nullable WireError error(BatchResult result) {
        if (result instanceof BatchResult.KeyReused reused) {
            return new WireError(
                    WireError.IDEMPOTENCY_KEY_REUSED,
                    "idempotencyKey",
                    "used for another batch at " + reused.firstUsedAtMillis() + " (expected: the same batch)");
        }
        if (result instanceof BatchResult.TakesSlots takes) {
            return new WireError(
                    WireError.NOT_IN_BATCH,
                    "checks[" + takes.check() + "]",
                    "takes slots of limit " + takes.limitId()
                            + " (expected: no concurrency limit, since nobody could release them)");
        }
        if (result instanceof BatchResult.TooManyVisits many) {
            return new WireError(
                    WireError.NOT_IN_BATCH,
                    "checks[" + many.check() + "]",
                    "too many limits with scope global so far (expected: at most " + BatchEvaluator.VISITS_MAX
                            + " for all checks)");
        }
        if (result instanceof BatchResult.TooManyLimits many) {
            return new WireError(
                    WireError.NOT_IN_BATCH,
                    "checks[" + many.check() + "]",
                    "too many limits so far (expected: at most " + BatchEvaluator.LIMITS_MET_MAX + " for all checks)");
        }
        return null;
    }
}
