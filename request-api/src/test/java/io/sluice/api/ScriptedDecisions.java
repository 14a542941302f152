package io.sluice.api;

import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.FoundPage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decisions that are as a test says. */
final class ScriptedDecisions implements AccountDecisions {
    volatile Answer next = new Found(new FoundPage(0, 0, List.of(), 0, null));
    volatile @Nullable DecisionQuery last;

    @Override
    public CompletableFuture<Answer> page(DecisionQuery query) {
        last = query;
        return CompletableFuture.completedFuture(next);
    }
}
