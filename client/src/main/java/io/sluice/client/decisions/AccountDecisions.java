package io.sluice.client.decisions;

import io.sluice.client.search.FoundPage;
import java.util.concurrent.CompletableFuture;

/** Looks up recent decisions of single accounts. */
public interface AccountDecisions {
    /** Looks up a page. Whoever cancels the future ends the search. */
    CompletableFuture<Answer> page(DecisionQuery query);

    /** What a search came to. */
    sealed interface Answer permits Found, Invalid, Unavailable {}

    /** A page; perhaps an empty one that says where to go on. */
    record Found(FoundPage page) implements Answer {}

    /** The search makes no sense. */
    record Invalid(String field, String detail) implements Answer {}

    /** It may succeed later. */
    record Unavailable(String detail) implements Answer {}
}
