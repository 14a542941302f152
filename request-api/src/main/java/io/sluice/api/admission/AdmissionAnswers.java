package io.sluice.api.admission;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonArrays;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RateLimitFields;
import io.sluice.client.AdmissionAnswer;
import io.sluice.schemas.codec.JudgedJson;
import io.sluice.schemas.reply.Action;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From what came of an admission to what HTTP says: 200, 429, or a problem. */
final class AdmissionAnswers {
    /** Where an answer is counted: in its own decision, in a report of the front end, or nowhere. */
    private static final String RECORDED_IN = "recordedIn";

    private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

    private AdmissionAnswers() {}

    /** The whole answer. */
    static HttpAnswer of(AdmissionAnswer answer) {
        HttpAnswer told = withoutFields(answer);
        Judged judged = answer.judged();
        return judged == null || isDenyListed(judged) ? told : told.with(RateLimitFields.of(judged));
    }

    /** Status and body only: an element of a batch has no fields of its own. */
    static HttpAnswer withoutFields(AdmissionAnswer answer) {
        if (answer instanceof AdmissionAnswer.Answered answered) {
            return of(answered);
        }
        if (answer instanceof AdmissionAnswer.Local local) {
            return of(local);
        }
        if (answer instanceof AdmissionAnswer.Degraded degraded) {
            return of(degraded);
        }
        return Problem.unavailable(((AdmissionAnswer.Unavailable) answer).detail());
    }

    private static HttpAnswer of(AdmissionAnswer.Answered answered) {
        Verdict verdict = answered.verdict();
        Judged judged = verdict.judged();
        if (judged != null) {
            return of(judged, verdict.requestId(), json -> {
                json.writeStringField("decisionId", verdict.decisionId());
                json.writeStringField(RECORDED_IN, "decision");
            });
        }
        WireError error = verdict.error();
        return error == null ? Problem.INTERNAL.answer("the verdict says nothing") : of(error);
    }

    /** An answer of the front end's own has no decision ID: it would name somebody else's record. */
    private static HttpAnswer of(AdmissionAnswer.Local local) {
        return of(local.judged(), local.requestId(), json -> {
            if (local.basis() instanceof AdmissionAnswer.Lease lease) {
                json.writeStringField("leaseId", lease.leaseId());
            } else if (local.basis() instanceof AdmissionAnswer.Denial denial) {
                json.writeStringField("repeats", denial.decisionId());
            }
            json.writeStringField(RECORDED_IN, "report");
        });
    }

    /**
     * An answer to a question.
     *
     * @param record the members that say where it is recorded
     */
    private static HttpAnswer of(Judged judged, @Nullable String requestId, JsonBody record) {
        JsonBody members = json -> {
            record.write(json);
            if (requestId != null) {
                json.writeStringField("requestId", requestId);
            }
            JudgedJson.write(json, judged);
        };
        if (isDenyListed(judged)) {
            return Problem.DENY_LISTED.answer(judged.reason(), members);
        }
        return judged.allowed()
                ? HttpAnswer.ok(members)
                : Problem.QUOTA_EXCEEDED.answer(judged.reason(), json -> {
                    JsonArrays.write(json, "violated-policies", violated(judged));
                    members.write(json);
                });
    }

    /** Whoever is on a deny list is refused whatever the limits say. */
    private static boolean isDenyListed(Judged judged) {
        return !judged.allowed() && judged.listId() != null;
    }

    private static List<String> violated(Judged judged) {
        return judged.limits().stream()
                .filter(limit -> limit.enforced() && limit.refused() && limit.action() != Action.TAG)
                .map(LimitStatus::id)
                .toList();
    }

    private static HttpAnswer of(WireError error) {
        return switch (error.code()) {
            case WireError.INVALID_REQUEST -> Problem.invalid(error.field(), error.detail());
            case WireError.IDEMPOTENCY_KEY_REUSED ->
                Problem.offending(Problem.IDEMPOTENCY_KEY_REUSED, error.field(), error.detail());
            default -> Problem.INTERNAL.answer(error.detail());
        };
    }

    private static HttpAnswer of(AdmissionAnswer.Degraded degraded) {
        JsonBody members = json -> {
            json.writeStringField(RECORDED_IN, "none");
            json.writeStringField("verdict", degraded.allowed() ? "allow" : "deny");
            json.writeStringField("reasonCode", "degraded");
            json.writeStringField("reason", degraded.detail());
            json.writeBooleanField("degraded", true);
        };
        if (degraded.allowed()) {
            return HttpAnswer.ok(members);
        }
        return Problem.QUOTA_EXCEEDED
                .answer(degraded.detail(), json -> {
                    JsonArrays.write(json, "violated-policies", List.of());
                    members.write(json);
                })
                .with(RETRY_SOON);
    }
}
