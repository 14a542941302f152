package io.sluice.schemas.http;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rate-limit header fields of a decided admission, after draft-ietf-httpapi-ratelimit-headers-10.
 *
 * <p>{@code RateLimit-Policy} names each limit that applies as {@code "id";q=capacity;w=window}: a bucket sustains
 * its capacity in the time that it takes to fill. {@code RateLimit} says of each how much is left, {@code r}, and in
 * how many seconds there is more, {@code t}. Both are lists of structured fields (RFC 9651).
 *
 * <p>Seconds round up, so that a caller that waits that long is never early. {@code Retry-After} may not be before a
 * {@code t}. So a limit that did not refuse shows no {@code t} later than {@code Retry-After}.
 */
public final class RateLimitFields {
    /** The most limits that the fields name; more would make the fields too long. */
    static final int LIMITS_MAX = 16;
    /** The largest integer of a structured field. */
    static final long INTEGER_MAX = 999_999_999_999_999L;

    private RateLimitFields() {}

    /** The fields by name; none if no limit applied. */
    public static Map<String, String> of(VerdictDetails details) {
        Map<String, String> fields = new LinkedHashMap<>();
        Long retryAfterSeconds = retryAfterSeconds(details);
        if (retryAfterSeconds != null) {
            fields.put("Retry-After", Long.toString(retryAfterSeconds));
        }
        List<LimitStatus> limits = named(details);
        if (limits.isEmpty()) {
            return fields;
        }
        StringBuilder policies = new StringBuilder();
        StringBuilder states = new StringBuilder();
        for (LimitStatus limit : limits) {
            if (policies.length() > 0) {
                policies.append(", ");
                states.append(", ");
            }
            appendPolicy(policies, limit);
            appendState(states, limit, details.allowed() ? null : retryAfterSeconds, details.allowed());
        }
        fields.put("RateLimit-Policy", policies.toString());
        fields.put("RateLimit", states.toString());
        return fields;
    }

    /** Null for an allowed admission, and for one that waiting does not help. */
    private static @Nullable Long retryAfterSeconds(VerdictDetails details) {
        return details.allowed() || details.retryAfterMillis() == null ? null : seconds(details.retryAfterMillis());
    }

    private static List<LimitStatus> named(VerdictDetails details) {
        // Limits in shadow do not bind callers. A batch can meet several buckets of one limit, which is one policy to
        // its caller: the first stands for it.
        if (details.limits().size() == 1) {
            return details.limits().get(0).enforced() ? details.limits() : List.of();
        }
        Set<String> ids = new HashSet<>();
        List<LimitStatus> limits = details.limits().stream()
                .filter(limit -> limit.enforced() && ids.add(limit.id()))
                .toList();
        LimitStatus deciding = details.decidingLimit();
        if (limits.size() <= LIMITS_MAX || deciding == null) {
            return limits.subList(0, Math.min(limits.size(), LIMITS_MAX));
        }
        List<LimitStatus> first = limits.subList(0, LIMITS_MAX);
        return first.contains(deciding) ? first : List.of(deciding);
    }

    private static void appendPolicy(StringBuilder field, LimitStatus limit) {
        appendString(field, limit.id());
        field.append(";q=").append(Math.min(limit.limit(), INTEGER_MAX));
        long windowSeconds = Math.max(1, seconds(limit.windowMillis()));
        if (windowSeconds <= INTEGER_MAX) {
            field.append(";w=").append(windowSeconds);
        }
    }

    private static void appendState(
            StringBuilder field, LimitStatus limit, @Nullable Long retryAfterSeconds, boolean allowed) {
        appendString(field, limit.id());
        field.append(";r=").append(Math.min(limit.remaining(), INTEGER_MAX));
        long moreSeconds = seconds(limit.nextTokenMillis());
        boolean isReported = moreSeconds > 0 && moreSeconds <= INTEGER_MAX;
        boolean contradicts = !allowed && retryAfterSeconds != null && moreSeconds > retryAfterSeconds;
        if (isReported && !contradicts) {
            field.append(";t=").append(moreSeconds);
        }
    }

    private static long seconds(long millis) {
        return millis / 1_000 + (millis % 1_000 == 0 ? 0 : 1);
    }

    /** A string of RFC 9651: printable ASCII, quotes and backslashes escaped; anything else becomes a question mark. */
    private static void appendString(StringBuilder field, String text) {
        field.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                field.append('\\').append(c);
            } else {
                field.append(c < 0x20 || c > 0x7e ? '?' : c);
            }
        }
        field.append('"');
    }
}
