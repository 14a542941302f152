package io.sluice.api.data;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonArrays;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.codec.VerdictDetailsJson;
import io.sluice.schemas.http.RateLimitFields;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conversion of an admission's outcome into HTTP: 200, 429, or a problem. */
final class AdmissionAnswers {
    /** The member that says where an answer is counted: in its own decision, in a lease report, or nowhere. */
    private static final String RECORDED_IN = "recordedIn";

    private AdmissionAnswers() {}

    /** The whole answer. */
    static HttpAnswer of(Answer<AdmissionVerdict> answer) {
        HttpAnswer answered = withoutFields(answer);
        AdmissionVerdict verdict = answer.orNull();
        VerdictDetails details = verdict == null ? null : verdict.details();
        return details == null ? answered : withFields(answered, details);
    }

    /** Status and body only: an element of a batch has no fields of its own. */
    static HttpAnswer withoutFields(Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        if (verdict instanceof AdmissionVerdict.Local local) {
            return of(local);
        }
        return verdict instanceof AdmissionVerdict.Recorded recorded ? of(recorded.verdict()) : withoutVerdict(answer);
    }

    /** The whole answer of a verdict with a record of its own. */
    static HttpAnswer recorded(String decisionId, @Nullable String requestId, VerdictDetails details) {
        return withFields(of(decisionId, requestId, details), details);
    }

    /** The answer if the cluster gave none, or did not decide. */
    static HttpAnswer withoutVerdict(Answer<?> answer) {
        if (answer instanceof Answer.Refused<?> refused) {
            return Problem.of(refused.error());
        }
        return answer instanceof Answer.Degraded<?> degraded
                ? of(degraded)
                : Problem.unavailable(((Answer.Unavailable<?>) answer).detail());
    }

    private static HttpAnswer withFields(HttpAnswer answered, VerdictDetails details) {
        return isDenyListed(details) ? answered : answered.with(RateLimitFields.of(details));
    }

    private static HttpAnswer of(Verdict verdict) {
        VerdictDetails details = verdict.details();
        if (details != null) {
            return of(verdict.decisionId(), verdict.requestId(), details);
        }
        WireError error = verdict.error();
        return error == null ? Problem.INTERNAL.answer("the verdict says nothing") : Problem.of(error);
    }

    private static HttpAnswer of(String decisionId, @Nullable String requestId, VerdictDetails details) {
        return of(details, requestId, json -> {
            json.writeStringField("decisionId", decisionId);
            json.writeStringField(RECORDED_IN, "decision");
        });
    }

    /**
     * An answer that the front end gives by itself has no decision ID, since that would name the record of another
     * request.
     */
    private static HttpAnswer of(AdmissionVerdict.Local local) {
        return of(local.details(), local.requestId(), json -> {
            if (local.basis() instanceof AdmissionVerdict.Lease lease) {
                json.writeStringField("leaseId", lease.leaseId());
            } else if (local.basis() instanceof AdmissionVerdict.Denial denial) {
                json.writeStringField("repeats", denial.decisionId());
            }
            json.writeStringField(RECORDED_IN, "lease-report");
        });
    }

    /**
     * An answer to a request.
     *
     * @param record the members that show where it is recorded
     */
    private static HttpAnswer of(VerdictDetails details, @Nullable String requestId, JsonBody record) {
        JsonBody members = json -> {
            record.write(json);
            if (requestId != null) {
                json.writeStringField("requestId", requestId);
            }
            VerdictDetailsJson.write(json, details);
        };
        if (isDenyListed(details)) {
            return Problem.DENY_LISTED.answer(details.reason(), members);
        }
        return details.allowed()
                ? HttpAnswer.ok(members).throttled(details.throttled())
                : Problem.QUOTA_EXCEEDED.answer(details.reason(), json -> {
                    JsonArrays.write(json, "violated-policies", violated(details));
                    members.write(json);
                });
    }

    /** A client on a deny list is refused whatever the limits say. */
    private static boolean isDenyListed(VerdictDetails details) {
        return !details.allowed() && details.listId() != null;
    }

    private static List<String> violated(VerdictDetails details) {
        return details.limits().stream()
                .filter(limit -> limit.enforced() && limit.refused() && limit.action() != ExceedAction.TAG)
                .map(LimitStatus::id)
                .toList();
    }

    private static HttpAnswer of(Answer.Degraded<?> degraded) {
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
                .with(Problem.retryAfter(1));
    }
}
