package io.sluice.middleware;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.http.RateLimitFields;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.DecisionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The next step of a service with a request, after the answer to its admission. For any framework it has the header
 * fields of the response, and if the request is stopped, its status and body.
 */
public sealed interface NextStep {
    /** The header fields of the response, by name: {@code RateLimit}, {@code RateLimit-Policy}, {@code Retry-After}. */
    Map<String, String> fields();

    /**
     * The request proceeds.
     *
     * @param degraded whether nobody has decided, and the failure policy lets it through
     * @param releaseId names the slots to release when the request is done; null if it holds none
     */
    record Proceed(
            Map<String, String> fields,
            boolean degraded,
            @Nullable DecisionId releaseId) implements NextStep {
        public Proceed {
            fields = Map.copyOf(fields);
        }
    }

    /**
     * The request ends here.
     *
     * @param detail the reason as text
     * @param retryAfterMillis how long until it is worth another try; null if waiting does not help
     * @param violatedPolicies the limits that refused
     */
    record Stop(
            Reason reason,
            String detail,
            Map<String, String> fields,
            @Nullable Long retryAfterMillis,
            List<String> violatedPolicies)
            implements NextStep {

        private static final JsonFactory JSON = new JsonFactory();

        public Stop {
            fields = Map.copyOf(fields);
            violatedPolicies = List.copyOf(violatedPolicies);
        }

        /** The body of the response, {@code application/problem+json} (RFC 9457). */
        public byte[] problem() {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (JsonGenerator json = JSON.createGenerator(body)) {
                json.writeStartObject();
                json.writeStringField("type", reason.type);
                json.writeStringField("title", reason.title);
                json.writeNumberField("status", reason.status);
                json.writeStringField("detail", detail);
                if (reason == Reason.QUOTA_EXCEEDED) {
                    json.writeArrayFieldStart("violated-policies");
                    for (String policy : violatedPolicies) {
                        json.writeString(policy);
                    }
                    json.writeEndArray();
                }
                if (retryAfterMillis != null) {
                    json.writeNumberField("retryAfterMillis", retryAfterMillis);
                }
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory does not fail", e);
            }
            return body.toByteArray();
        }
    }

    /** Why a request is stopped. */
    enum Reason {
        QUOTA_EXCEEDED(429, "https://iana.org/assignments/http-problem-types#quota-exceeded", "Quota exceeded"),
        DENY_LISTED(403, "urn:sluice:problem:deny-listed", "On a deny list"),
        /** No verdict came in time, and the failure policy is an error. */
        NO_VERDICT(
                503,
                "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
                "Temporarily reduced capacity"),
        /** The request cannot be asked for: its client ID or its route is outside of the contract. */
        INVALID_REQUEST(400, "urn:sluice:problem:invalid-request", "Invalid request");

        private final int status;
        private final String type;
        private final String title;

        Reason(int status, String type, String title) {
            this.status = status;
            this.type = type;
            this.title = title;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }
    }

    /** The media type of {@link Stop#problem()}. */
    String PROBLEM_TYPE = "application/problem+json";

    /** What follows from an answer. */
    static NextStep after(Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        if (verdict != null) {
            VerdictDetails details = verdict.details();
            return details == null ? invalid("", "the request was malformed") : after(details);
        }
        if (answer instanceof Answer.Refused<AdmissionVerdict> refused) {
            WireError error = refused.error();
            return invalid(error.field(), error.detail());
        }
        if (answer instanceof Answer.Degraded<AdmissionVerdict> degraded) {
            return degraded.allowed()
                    ? new Proceed(Map.of(), /* degraded= */ true, /* releaseId= */ null)
                    : soon(Reason.QUOTA_EXCEEDED, "there is no verdict, and the failure policy denies");
        }
        return soon(Reason.NO_VERDICT, "there is no verdict");
    }

    /** What follows where a request cannot even be asked for. */
    static Stop invalid(WireException e) {
        return invalid(e.field(), e.detail());
    }

    private static NextStep after(VerdictDetails details) {
        boolean denyListed = !details.allowed() && details.listId() != null;
        if (denyListed) {
            return new Stop(Reason.DENY_LISTED, details.reason(), Map.of(), null, List.of());
        }
        Map<String, String> fields = RateLimitFields.of(details);
        if (details.allowed()) {
            return new Proceed(fields, /* degraded= */ false, releaseId(details));
        }
        List<String> violated = details.limits().stream()
                .filter(limit -> limit.enforced() && limit.refused() && limit.action() != ExceedAction.TAG)
                .map(LimitStatus::id)
                .toList();
        return new Stop(Reason.QUOTA_EXCEEDED, details.reason(), fields, details.retryAfterMillis(), violated);
    }

    private static @Nullable DecisionId releaseId(VerdictDetails details) {
        String text = details.held().releaseId();
        try {
            return text == null ? null : DecisionId.parse("releaseId", text);
        } catch (WireException e) {
            // Slots that nobody can name end by themselves.
            return null;
        }
    }

    private static Stop invalid(String field, String detail) {
        String said = field.isEmpty() ? detail : field + ": " + detail;
        return new Stop(Reason.INVALID_REQUEST, said, Map.of(), null, List.of());
    }

    /** What is out of order may be in order again in a second. */
    private static Stop soon(Reason reason, String detail) {
        return new Stop(reason, detail, Map.of("Retry-After", "1"), 1_000L, List.of());
    }
}
