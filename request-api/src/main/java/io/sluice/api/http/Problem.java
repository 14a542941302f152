package io.sluice.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.WireError;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** The kinds of problem that the API knows (RFC 9457), and their answers. */
public enum Problem {
    /** From draft-ietf-httpapi-ratelimit-headers-10. */
    QUOTA_EXCEEDED(429, "https://iana.org/assignments/http-problem-types#quota-exceeded", "Quota exceeded"),
    /** From draft-ietf-httpapi-ratelimit-headers-10. */
    TEMPORARY_REDUCED_CAPACITY(
            503,
            "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
            "Temporarily reduced capacity"),
    INVALID_REQUEST(400, "urn:sluice:problem:invalid-request", "Invalid request"),
    /** On a deny list of the ruleset, whatever the limits say. */
    DENY_LISTED(403, "urn:sluice:problem:deny-listed", "On a deny list"),
    NOT_FOUND(404, "urn:sluice:problem:not-found", "Not found"),
    RESERVATION_NOT_FOUND(404, "urn:sluice:problem:reservation-not-found", "Reservation not found"),
    COMMIT_ABOVE_RESERVATION(409, "urn:sluice:problem:commit-above-reservation", "Commit above reservation"),
    /** The token is not valid, or belongs to another account. */
    CHALLENGE_NOT_VALID(403, "urn:sluice:problem:challenge-not-valid", "Challenge token not valid"),
    /** Its penalty was lifted before, is over, or was pardoned. */
    CHALLENGE_OVER(409, "urn:sluice:problem:challenge-over", "Challenge over"),
    METHOD_NOT_ALLOWED(405, "urn:sluice:problem:method-not-allowed", "Method not allowed"),
    /** The rest of a body did not come. */
    REQUEST_TIMEOUT(408, "urn:sluice:problem:request-timeout", "Request timeout"),
    BODY_TOO_LARGE(413, "urn:sluice:problem:body-too-large", "Body too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "urn:sluice:problem:unsupported-media-type", "Unsupported media type"),
    IDEMPOTENCY_KEY_REUSED(422, "urn:sluice:problem:idempotency-key-reused", "Idempotency key reused"),
    INVALID_RULESET(422, "urn:sluice:problem:invalid-ruleset", "Invalid ruleset"),
    INVALID_OVERRIDE(422, "urn:sluice:problem:invalid-override", "Invalid override"),
    UNAUTHORIZED(401, "urn:sluice:problem:unauthorized", "Unauthorized"),
    FORBIDDEN(403, "urn:sluice:problem:forbidden", "Forbidden"),
    /** A browser sent the request for a page of another site, or to a name that is not the port's. */
    OTHER_SITE(403, "urn:sluice:problem:other-site", "Request of another site"),
    CONFLICT(409, "urn:sluice:problem:conflict", "Conflict"),
    PRECONDITION_FAILED(412, "urn:sluice:problem:precondition-failed", "Precondition failed"),
    PRECONDITION_REQUIRED(428, "urn:sluice:problem:precondition-required", "Precondition required"),
    INTERNAL(500, "urn:sluice:problem:internal", "Internal error");

    /** The shortest wait for a caller without a verdict; {@link RetryAdvice} knows better in an outage. */
    private static final Map<String, String> RETRY_SOON = retryAfter(1);

    /** Problems that a server finds without knowing the resource. */
    private static final Map<Integer, Problem> SERVERS_OWN = Map.of(
            400, INVALID_REQUEST,
            404, NOT_FOUND,
            405, METHOD_NOT_ALLOWED,
            408, REQUEST_TIMEOUT,
            413, BODY_TOO_LARGE,
            415, UNSUPPORTED_MEDIA_TYPE,
            500, INTERNAL);

    private final int status;
    private final String type;
    private final String title;

    Problem(int status, String type, String title) {
        this.status = status;
        this.type = type;
        this.title = title;
    }

    public int status() {
        return status;
    }

    /** The problem with further members. */
    public HttpAnswer answer(String detail, JsonBody members) {
        return answer(status, type, title, detail, members);
    }

    public HttpAnswer answer(String detail) {
        return answer(detail, json -> {});
    }

    /** A request that breaks the contract: which field, and what was expected. */
    public static HttpAnswer invalid(String field, String detail) {
        return offending(INVALID_REQUEST, field, detail);
    }

    public static HttpAnswer invalid(WireException e) {
        return invalid(e.field(), e.detail());
    }

    /** What the cluster found wrong with a request. */
    public static HttpAnswer of(WireError error) {
        return switch (error.code()) {
            case WireError.INVALID_REQUEST, WireError.NOT_IN_BATCH -> invalid(error.field(), error.detail());
            case WireError.IDEMPOTENCY_KEY_REUSED -> offending(IDEMPOTENCY_KEY_REUSED, error.field(), error.detail());
            case WireError.RESERVATION_NOT_FOUND -> offending(RESERVATION_NOT_FOUND, error.field(), error.detail());
            case WireError.COMMIT_ABOVE_RESERVATION ->
                offending(COMMIT_ABOVE_RESERVATION, error.field(), error.detail());
            case WireError.UNDECIDED -> unavailable(error.detail());
            default -> INTERNAL.answer(error.detail());
        };
    }

    /** A problem of one field. */
    public static HttpAnswer offending(Problem problem, String field, String detail) {
        return problem.answer(field.isEmpty() ? detail : field + ": " + detail, json -> {
            json.writeArrayFieldStart("errors");
            writeError(json, field, detail);
            json.writeEndArray();
        });
    }

    /** One of the {@code errors} of a problem. */
    public static void writeError(JsonGenerator json, String field, String detail) throws IOException {
        json.writeStartObject();
        json.writeStringField("field", field);
        json.writeStringField("detail", detail);
        json.writeEndObject();
    }

    /** A method that a resource does not have, and those that it has. */
    public static HttpAnswer methodNotAllowed(String method, String allowed) {
        return METHOD_NOT_ALLOWED
                .answer(method + " (expected: " + allowed + ")")
                .with(Map.of("Allow", allowed));
    }

    public static HttpAnswer unsupportedMediaType() {
        return UNSUPPORTED_MEDIA_TYPE.answer("content type (expected: application/json)");
    }

    public static HttpAnswer bodyTooLarge(int bytesMax) {
        return BODY_TOO_LARGE.answer("body (expected: at most " + bytesMax + " bytes)");
    }

    /** No verdict in time. */
    public static HttpAnswer unavailable(String detail) {
        return TEMPORARY_REDUCED_CAPACITY
                .answer(detail, json -> JsonArrays.write(json, "violated-policies", List.of()))
                .with(RETRY_SOON);
    }

    public static Map<String, String> retryAfter(long seconds) {
        return Map.of("Retry-After", Long.toString(seconds));
    }

    /**
     * A problem that the server itself found; for other kinds, the problem has only the status (RFC 9457).
     */
    public static HttpAnswer ofStatus(int status, String detail) {
        Problem known = SERVERS_OWN.get(status);
        return known == null
                ? answer(status, "about:blank", HttpStatus.getMessage(status), detail, json -> {})
                : known.answer(detail);
    }

    private static HttpAnswer answer(int status, String type, String title, String detail, JsonBody members) {
        return new HttpAnswer(status, HttpAnswer.PROBLEM, Map.of(), json -> {
            json.writeStringField("type", type);
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
            members.write(json);
        });
    }
}
