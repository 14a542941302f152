package io.sluice.streams.admission;

import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.ledger.LeaseDemand;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.Lending;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import io.sluice.engine.wide.WideWish;
import io.sluice.schemas.codec.ReplyAndDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.ReplyAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides admissions; each leaves one record on the decision topic. */
final class AdmissionHandler {
    private final int partition;
    private final Ledger ledger;
    private final WideMessages messages;
    private final Output output;
    private final AdmissionMetrics metrics;
    private final RecordTrace trace;
    private final PenaltyHandler penalties;
    private final TrafficLabels labels;

    /** What it decides with. */
    record Parts(int partition, Ledger ledger, WideMessages messages) {}

    AdmissionHandler(Parts parts, Output output, AdmissionMetrics metrics, RecordTrace trace) {
        this.partition = parts.partition();
        this.ledger = parts.ledger();
        this.messages = parts.messages();
        this.output = output;
        this.metrics = metrics;
        this.trace = trace;
        this.penalties = new PenaltyHandler(ledger, output, metrics);
        this.labels = new TrafficLabels(ledger);
    }

    /**
     * How a request has come here.
     *
     * @param statements what the owners of the wide buckets said that it has visited
     */
    record Arrival(WideMessages.Trip trip, WideStatements statements) {
        static final Arrival FROM_ITS_SENDER = new Arrival(WideMessages.Trip.NONE, WideStatements.NONE);

        Arrival knowing(List<WideStatement> more) {
            List<WideStatement> all = new ArrayList<>(statements.all());
            all.addAll(more);
            return new Arrival(trip, WideStatements.of(all));
        }
    }

    Decided decide(AdmissionRequest request, RequestContext at) throws RejectedRequestException {
        return decide(request, Arrival.FROM_ITS_SENDER, at);
    }

    /**
     * What the ledger says.
     *
     * @param arrival how the request has come, with what owners at hand have said
     * @param lending the result for a front end that takes a lease beside the verdict; null for any other caller
     */
    private record Asked(Arrival arrival, @Nullable Lending lending, AdmissionResult result) {}

    Decided decide(AdmissionRequest request, Arrival came, RequestContext at) throws RejectedRequestException {
        Admission admission = EngineMapping.admission(request);
        if (ledger.timeline().active().hasUnreadableAddress(admission)) {
            metrics.unreadableAddress();
        }
        came.trip().requireInTime(ledger.clock().stampMillis());
        Asked asked = asked(request, admission, came, at);
        Arrival arrival = asked.arrival();
        Lending lending = asked.lending();
        AdmissionResult result = asked.result();
        if (result instanceof AdmissionResult.Unvisited unvisited) {
            WideMessages.Leaving leaving = new WideMessages.Leaving(
                    request,
                    key(request),
                    arrival.trip(),
                    new WideMessages.Visits(
                            unvisited.missing().stream()
                                    .map(name -> WideMapping.target(name, /* check= */ 0))
                                    .toList(),
                            unvisited.wish()),
                    WideMapping.wire(List.of(arrival.statements())));
            return messages.sendOut(leaving, at);
        }
        Runnable home = messages.home(key(request), arrival.trip(), at);
        messages.end(WideLedger.ends(arrival.statements().all(), result, lending == null ? 0 : lending.tokens()));
        if (result instanceof AdmissionResult.KeyReused reused) {
            output.error(
                    at,
                    request.clientId().text(),
                    new WireError(
                            WireError.IDEMPOTENCY_KEY_REUSED,
                            "idempotencyKey",
                            "used for another request at " + reused.firstUsedAtMillis()
                                    + " (expected: the same request)"));
            return new Decided(home, () -> {});
        }
        boolean replayed = result instanceof AdmissionResult.Replayed;
        Outcome outcome = result instanceof AdmissionResult.Decided decided
                ? decided.outcome()
                : ((AdmissionResult.Replayed) result).outcome();
        VerdictDetails details = EngineMapping.details(outcome, replayed, partition, request);
        trace.verdict(details);
        String decisionId = at.id().text();
        ReplyAddress address = at.reply();
        // Before the answer: see ProfileHandler.
        Runnable penalised = result instanceof AdmissionResult.Decided decided
                ? penalties.told(decided.penalties(), at.id().offset())
                : () -> {};
        ReplyAndDecision encoded = ReplyAndDecision.of(
                decision(decisionId, request, result, labelled(details, outcome), lending),
                address,
                lending == null || lending.ttlMillis() == 0 ? null : terms(lending));
        output.decision(at.key(), encoded.decision());
        byte[] verdict = encoded.verdict();
        if (address != null && verdict != null) {
            output.reply(address, verdict);
        }
        output.alerts(result, decisionId, request.clientId().account());
        Runnable change = () -> {
            ledger.apply(result);
            home.run();
        };
        return new Decided(change, () -> {
            if (replayed) {
                metrics.replayed();
            } else {
                metrics.decided(outcome);
            }
            if (lending != null && lending.tokens() > 0) {
                metrics.lent(lending.tokens());
            }
            penalised.run();
        });
    }

    /** The same, once owners at hand were asked. */
    private Asked asked(AdmissionRequest request, Admission admission, Arrival came, RequestContext at) {
        Asked asked = ask(request, admission, came, at);
        return asked.result() instanceof AdmissionResult.Unvisited unvisited && messages.hasOwnersAtHand()
                ? ask(request, admission, came.knowing(visited(request, admission, unvisited, at)), at)
                : asked;
    }

    private Asked ask(AdmissionRequest request, Admission admission, Arrival arrival, RequestContext at) {
        Lending lending = lending(request, admission, arrival, at);
        return new Asked(
                arrival,
                lending,
                lending != null
                        ? lending.result()
                        : ledger.decide(
                                admission,
                                request.idempotencyKey(),
                                arrival.statements(),
                                at.nowMillis(),
                                at.id().offset()));
    }

    private List<WideStatement> visited(
            AdmissionRequest request, Admission admission, AdmissionResult.Unvisited unvisited, RequestContext at) {
        LeaseTerms terms = request.lease();
        WideWish wish = terms == null ? WideWish.NONE : new WideWish(unvisited.wish(), terms.ttlMillis());
        return messages.visit(/* check= */ 0, unvisited.missing(), admission, wish, at.nowMillis())
                .statements();
    }

    /** What the ledger knows the request's idempotency key by; null without one. */
    static @Nullable IdempotencyRecordKey key(AdmissionRequest request) {
        String key = request.idempotencyKey();
        return key == null
                ? null
                : new IdempotencyRecordKey(
                        request.clientId().account(), request.clientId().text(), key);
    }

    /** The result for a front end that takes a lease beside the verdict; null for any other caller. */
    private @Nullable Lending lending(
            AdmissionRequest request, Admission admission, Arrival arrival, RequestContext at) {
        LeaseTerms terms = request.lease();
        // Nobody else hears of a lease.
        if (terms == null || at.reply() == null) {
            return null;
        }
        LeaseDemand demand = new LeaseDemand(
                admission,
                terms.tokens(),
                terms.ttlMillis(),
                messages.travelled(arrival.trip()).roadMillis(ledger.clock().stampMillis()),
                terms.overMillis());
        return ledger.decideLending(
                demand, arrival.statements(), at.nowMillis(), at.id().offset());
    }

    private static Decision decision(
            String decisionId,
            AdmissionRequest request,
            AdmissionResult result,
            VerdictDetails details,
            @Nullable Lending lending) {
        long charged = result instanceof AdmissionResult.Decided decided
                ? decided.outcome().charged()
                : 0;
        if (lending == null || lending.tokens() == 0) {
            return new Decision(decisionId, request, charged, details);
        }
        // Where no enforced limit takes the request's own cost, none takes the lease either.
        long all = charged == 0 ? 0 : charged + lending.tokens();
        return new Decision(decisionId, request, all, details, terms(lending));
    }

    private static LeaseTerms terms(Lending lending) {
        return new LeaseTerms(lending.tokens(), lending.ttlMillis(), lending.overMillis());
    }

    private VerdictDetails labelled(VerdictDetails details, Outcome outcome) {
        String routeTemplate = labels.routeTemplate(outcome.limits());
        return routeTemplate == null
                ? details
                : details.toBuilder().routeTemplate(routeTemplate).build();
    }

    /** Repeats the stored verdict of an admission that was decided before; returns whether there is one. */
    boolean repeats(AdmissionRequest request, RequestContext at) {
        ReplyAddress address = at.reply();
        if (address == null || request.idempotencyKey() == null) {
            return false;
        }
        AdmissionResult result = ledger.decide(
                EngineMapping.admission(request),
                request.idempotencyKey(),
                at.nowMillis(),
                at.id().offset());
        if (!(result instanceof AdmissionResult.Replayed replayed)) {
            return false;
        }
        VerdictDetails details = EngineMapping.details(replayed.outcome(), /* replayed= */ true, partition, request);
        output.reply(
                address,
                Verdict.details(address.correlationId(), at.id().text(), request.requestId(), details),
                request.clientId().text());
        return true;
    }
}
