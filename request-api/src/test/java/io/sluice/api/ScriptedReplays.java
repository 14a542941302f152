package io.sluice.api;

import io.sluice.api.replay.LogReplays;
import io.sluice.schemas.request.DecisionId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Replays that answer as they are told. */
final class ScriptedReplays implements LogReplays {
    volatile PastAnswer next = new NotNow("nothing scripted");
    volatile @Nullable DecisionId asked;
    volatile @Nullable Trial trial;
    volatile @Nullable String document;
    volatile boolean isBusy;

    @Override
    public CompletableFuture<PastAnswer> explain(DecisionId decision) {
        asked = decision;
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public @Nullable Trial start(String documentJson, long lastMillis, String principal) {
        if (isBusy) {
            return null;
        }
        document = documentJson;
        trial = new Trial("t-1", principal, lastMillis, "running", 1_000, 250, 17, null, null, 0);
        return trial;
    }

    @Override
    public @Nullable Trial trial(String id) {
        Trial known = trial;
        return known == null || !known.id().equals(id) ? null : known;
    }

    @Override
    public @Nullable Trial newest() {
        return trial;
    }

    @Override
    public boolean end(String id) {
        boolean isThere = trial(id) != null;
        trial = isThere ? null : trial;
        return isThere;
    }
}
