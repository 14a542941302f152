package io.sluice.api.replay;

import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.request.DecisionId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A service that runs the cluster's log again, within its own bounds. Thread-safe; no method waits. */
public interface LogReplays {
    /** Explains a decision of the past. */
    CompletableFuture<PastAnswer> explain(DecisionId decision);

    /**
     * Begins to try a ruleset on the log; null if another one is being tried.
     *
     * @param documentJson a document that compiles
     * @param lastMillis how much of the log, up to now
     * @param principal who asks
     */
    @Nullable Trial start(String documentJson, long lastMillis, String principal);

    /** The trial of this name; null if there is none, or its result is no longer kept. */
    @Nullable Trial trial(String id);

    /** The newest trial; null if there is none, or its result is no longer kept. */
    @Nullable Trial newest();

    /** Ends a trial, or forgets its result; returns false if there is none of this name. */
    boolean end(String id);

    /** The answer to a request to explain a past decision. */
    sealed interface PastAnswer {}

    /**
     * An explanation.
     *
     * @param state how exact the state was from which it was explained
     */
    record Explained(Explanation explanation, String state) implements PastAnswer {}

    /** The log has no such decision, or it is none that can be explained. */
    record Unknown(String detail) implements PastAnswer {}

    /** No answer now: other requests are running, or the log cannot be read. */
    record NotNow(String detail) implements PastAnswer {}

    /**
     * A ruleset that is being tried, or was.
     *
     * @param state {@code running}, {@code done}, {@code failed} or {@code cancelled}
     * @param progressPerMille how much of the log has been run
     * @param records records that were run
     * @param resultJson one JSON object; null unless it is done
     * @param failure what went wrong; null unless it failed
     * @param keptUntilMillis until when the result is kept; 0 while it runs
     */
    record Trial(
            String id,
            String principal,
            long lastMillis,
            String state,
            long startedAtMillis,
            int progressPerMille,
            long records,
            @Nullable String resultJson,
            @Nullable String failure,
            long keptUntilMillis) {}
}
