package io.sluice.client.alerts;

import io.sluice.client.search.FoundPage;
import java.util.concurrent.CompletableFuture;

/** Looks up recent alerts of all accounts. */
public interface RecentAlerts {
    /** Looks up a page. Whoever cancels the future ends the search. */
    CompletableFuture<Answer> page(AlertQuery query);

    /** What a search came to. */
    sealed interface Answer permits Found, Invalid, Unavailable {}

    /** A page; perhaps an empty one that says where to go on. */
    record Found(FoundPage page) implements Answer {}

    /** The search makes no sense. */
    record Invalid(String field, String detail) implements Answer {}

    /** It may succeed later. */
    record Unavailable(String detail) implements Answer {}
}
