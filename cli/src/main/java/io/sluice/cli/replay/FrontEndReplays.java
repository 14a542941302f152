package io.sluice.cli.replay;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.replay.LogReplays;
import io.sluice.replay.log.LogOpening;
import io.sluice.replay.past.DecisionQueue;
import io.sluice.replay.past.PastDecision;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.trial.RulesTrial;
import io.sluice.replay.trial.RulesTrials;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.request.DecisionId;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The replays of a front end: adapts the module {@code replay} to the admin API. */
public final class FrontEndReplays implements LogReplays, AutoCloseable {
    private final DecisionQueue decisions;
    private final RulesTrials trials;

    /**
     * The bounds of replays.
     *
     * @param explained bounds of the run of one explanation
     * @param queue bounds of all explanations
     * @param tried bounds of the run of one trial
     * @param trials bounds of what trials keep
     */
    public record Bounds(RunBounds explained, DecisionQueue.Bounds queue, RunBounds tried, RulesTrials.Bounds trials) {}

    /** Over a log, which is opened anew for each question. */
    public FrontEndReplays(LogOpening log, Bounds bounds, MeterRegistry registry) {
        this.decisions = new DecisionQueue(log, bounds.explained(), bounds.queue(), registry);
        this.trials = new RulesTrials(log, bounds.tried(), bounds.trials(), System::currentTimeMillis, registry);
    }

    @Override
    public CompletableFuture<PastAnswer> explain(DecisionId decision) {
        return decisions.explain(decision).thenApply(FrontEndReplays::answer);
    }

    private static PastAnswer answer(DecisionQueue.Outcome outcome) {
        if (outcome instanceof DecisionQueue.Outcome.Unknown unknown) {
            return new Unknown(unknown.detail());
        }
        if (outcome instanceof DecisionQueue.Outcome.Busy busy) {
            return new NotNow(busy.detail());
        }
        if (outcome instanceof DecisionQueue.Outcome.Failed failed) {
            return new NotNow(failed.detail());
        }
        PastDecision.Explained explained = ((DecisionQueue.Outcome.Answered) outcome).explained();
        try {
            if (ReplyCodec.decode(explained.reply()) instanceof Explanation explanation) {
                return new Explained(explanation, explained.state());
            }
            throw new IllegalStateException("the answer to an explain query is no explanation");
        } catch (WireException e) {
            throw new IllegalStateException("an explanation that was just encoded cannot be read", e);
        }
    }

    @Override
    public @Nullable Trial start(String documentJson, long lastMillis, String principal) {
        return shown(trials.start(new RulesTrial.Order(documentJson, lastMillis, principal)));
    }

    @Override
    public @Nullable Trial trial(String id) {
        return shown(trials.trial(id));
    }

    @Override
    public @Nullable Trial newest() {
        return shown(trials.newest());
    }

    @Override
    public boolean end(String id) {
        return trials.end(id);
    }

    private static @Nullable Trial shown(@Nullable RulesTrial trial) {
        return trial == null
                ? null
                : new Trial(
                        trial.id(),
                        trial.order().principal(),
                        trial.order().lastMillis(),
                        trial.state().name().toLowerCase(Locale.ROOT),
                        trial.startedAtMillis(),
                        trial.progressPerMille(),
                        trial.records(),
                        trial.result(),
                        trial.failure(),
                        trial.keptUntilMillis());
    }

    @Override
    public void close() {
        trials.close();
        decisions.close();
    }
}
