package io.sluice.client.decisions;

import io.sluice.client.search.FoundPage;
import java.util.concurrent.CompletableFuture;

/** A search for recent decisions of single accounts. */
public interface AccountDecisions {
    /** Looks up a page. Whoever cancels the future ends the search. */
    CompletableFuture<Answer> page(DecisionQuery query);

    /** The result of a search. */
    sealed interface Answer permits Found, Invalid, Unavailable {}

    /** A page; perhaps an empty one that says where to go on. */
    record Found(FoundPage page) implements Answer {}

    /** The search is invalid. */
    record Invalid(String field, String detail) implements Answer {}

    /** The search failed, but may succeed later. */
    record Unavailable(String detail) implements Answer {}
}
