package io.sluice.streams.admission;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.Explainer;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LedgerExplanation;
import io.sluice.engine.ledger.LedgerExplanation.Effect;
import io.sluice.engine.ledger.LedgerExplanation.LimitExplanation;
import io.sluice.engine.ledger.LedgerExplanation.Matched;
import io.sluice.engine.ledger.LedgerExplanation.Mismatched;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.wide.WideStatement;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Explanation.ExplainedLimit;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.request.ExplainQuery;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.wide.OwnerStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers queries: a client's buckets, the verdict that it would get, and pings. */
final class ExplainHandler {
    private final int partition;
    private final Ledger ledger;
    private final Explainer explainer;
    private final SignalHandler signals;
    /** What owners of wide buckets said on the way of the request that is explained next. */
    private List<WideStatement> said = List.of();

    ExplainHandler(int partition, Ledger ledger, SignalHandler signals) {
        this.signals = signals;
        this.partition = partition;
        this.ledger = ledger;
        this.explainer = new Explainer(ledger);
    }

    /** The buckets of a client. */
    QuotaReport report(QuotaQuery query, ReplyAddress address, long nowMillis) {
        return new QuotaReport(
                address.correlationId(),
                query.clientId().text(),
                ledger.tierOf(query.clientId().account()),
                nowMillis,
                ledger.timeline().active().revision(),
                EngineMapping.statuses(ledger.quota(EngineMapping.peek(query.clientId()), nowMillis)),
                null);
    }

    /** For a run of a log, in which the request has visited wide buckets; anybody else's has not. */
    void knowing(List<OwnerStatement> statements) {
        said = statements.stream().map(WideMapping::statement).toList();
    }

    /** The verdict that the request would get, and why. */
    Explanation explain(ExplainQuery query, ReplyAddress address, RequestContext at) {
        LedgerExplanation explanation = explainer.explain(
                EngineMapping.admission(query.admission()),
                said,
                at.nowMillis(),
                at.id().offset());
        return new Explanation(
                address.correlationId(),
                query.clientId().text(),
                EngineMapping.details(explanation.outcome(), /* replayed= */ false, partition, query.admission()),
                explanation.limitsTotal(),
                explanation.limits().stream().map(ExplainHandler::explained).toList(),
                brownedOut(explanation));
    }

    private static Explanation.@Nullable BrownedOut brownedOut(LedgerExplanation explanation) {
        HealthSignal signal = explanation.signal();
        return signal == null
                ? null
                : new Explanation.BrownedOut(signal.name(), signal.sinceMillis(), explanation.scalePerMille());
    }

    Pong pong(ReplyAddress address) {
        return new Pong(
                address.correlationId(), partition, ledger.timeline().active().revision(), signals.statuses());
    }

    private static ExplainedLimit explained(LimitExplanation limit) {
        if (limit instanceof Matched matched) {
            return new Explanation.Matched(
                    matched.limitId(),
                    Scope.display(matched.scope()),
                    matched.capacity(),
                    matched.enforced(),
                    matched.enforcement(),
                    matched.overridden(),
                    matched.decides(),
                    effect(matched.effect()));
        }
        return new Explanation.Mismatched(limit.limitId(), ((Mismatched) limit).mismatch());
    }

    private static Explanation.@Nullable Effect effect(@Nullable Effect effect) {
        if (effect == null) {
            return null;
        }
        boolean never = effect.retryAfterMillis() == Algorithm.NEVER;
        return new Explanation.Effect(effect.before(), effect.after(), never ? null : effect.retryAfterMillis());
    }
}
