package io.sluice.api.admin;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.reply.RulesReply;

/** Answers to a caller whose step was not taken. */
final class RulesProblems {
    private RulesProblems() {}

    static HttpAnswer of(ControlPlane.Answer answer) {
        if (answer instanceof ControlPlane.Refused refused) {
            return refused(refused.refusal());
        }
        return answer instanceof ControlPlane.Unavailable unavailable
                ? Problem.unavailable(unavailable.detail())
                : Problem.INTERNAL.answer("the step was taken, but cannot be shown");
    }

    /** The answer to a refused step. */
    static HttpAnswer refused(RulesReply.Refused refusal) {
        return problem(refusal.code()).answer(refusal.detail(), json -> {
            json.writeStringField("code", refusal.code());
            json.writeArrayFieldStart("errors");
            for (RulesReply.Problem problem : refusal.problems()) {
                Problem.writeError(json, problem.field(), problem.detail());
            }
            json.writeEndArray();
        });
    }

    private static Problem problem(String code) {
        return switch (code) {
            case "stale-revision", "stale-version" -> Problem.PRECONDITION_FAILED;
            case "unknown-proposal", "unknown-revision", "unknown-entry" -> Problem.NOT_FOUND;
            case "invalid-document" -> Problem.INVALID_RULESET;
            case "invalid-override" -> Problem.INVALID_OVERRIDE;
            case "invalid-command", "invalid-entry" -> Problem.INVALID_REQUEST;
            case "challenge-forged", "challenge-of-another-account" -> Problem.CHALLENGE_NOT_VALID;
            case "challenge-over" -> Problem.CHALLENGE_OVER;
            case "same-principal" -> Problem.FORBIDDEN;
            case "internal" -> Problem.INTERNAL;
            default -> Problem.CONFLICT;
        };
    }
}
