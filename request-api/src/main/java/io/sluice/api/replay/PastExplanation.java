package io.sluice.api.replay;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.ExplanationJson;
import io.sluice.schemas.request.DecisionId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/explain} with a decision ID: explains a past decision, with every limit before and after it. */
public final class PastExplanation {
    private static final String DECISION_ID = "decisionId";

    private final @Nullable LogReplays replays;

    /** Explanations by these replays; null for none. */
    public PastExplanation(@Nullable LogReplays replays) {
        this.replays = replays;
    }

    /**
     * The decision that a body asks about; null if it asks about none.
     *
     * @throws WireException if it asks about anything else as well, or names no decision
     */
    public static @Nullable DecisionId asked(byte[] body) throws WireException {
        Map<?, ?> members = members(body);
        if (!members.containsKey(DECISION_ID)) {
            return null;
        }
        if (members.size() > 1) {
            throw new WireException(DECISION_ID, "beside other members (expected: alone, or an admission)");
        }
        if (members.get(DECISION_ID) instanceof String text) {
            return DecisionId.parse(DECISION_ID, text);
        }
        throw new WireException(DECISION_ID, members.get(DECISION_ID) + " (expected: a text such as 3-48211)");
    }

    /** None if the body cannot be read: reading it as an admission then reports why. */
    private static Map<?, ?> members(byte[] body) {
        try {
            return DocumentTree.ofJson(body) instanceof Map<?, ?> members ? members : Map.of();
        } catch (WireException e) {
            return Map.of();
        }
    }

    /** Explains it. */
    public CompletableFuture<HttpAnswer> answer(DecisionId decision) {
        return replays == null
                ? Problem.NOT_FOUND
                        .answer("decisionId: " + decision.text()
                                + ": this front end does not run the log (expected: one with --replay)")
                        .now()
                : replays.explain(decision).thenApply(answer -> answer(decision, answer));
    }

    private static HttpAnswer answer(DecisionId decision, LogReplays.PastAnswer answer) {
        if (answer instanceof LogReplays.Unknown unknown) {
            return Problem.NOT_FOUND.answer(unknown.detail());
        }
        if (answer instanceof LogReplays.NotNow notNow) {
            return Problem.unavailable(notNow.detail());
        }
        LogReplays.Explained told = (LogReplays.Explained) answer;
        return HttpAnswer.ok(json -> {
            ExplanationJson.write(json, told.explanation());
            json.writeStringField(DECISION_ID, decision.text());
            json.writeStringField("state", told.state());
        });
    }
}
