package io.sluice.schemas.codec;

import io.sluice.schemas.request.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/admissions}.
 *
 * @param deadlineMillis how long the caller waits for the answer, its scheduled time included; null for the server's
 *     default
 */
public record AdmissionBody(
        AdmissionRequest request, @Nullable Long deadlineMillis) {
    /**
     * The longest deadline of a caller that does not wait for its scheduled time; for others, the time that they wait
     * is added.
     */
    public static final long DEADLINE_MILLIS_MAX = 60_000;

    /** The deadline; the server's default counts from the scheduled time of a caller that waits for it. */
    public long deadlineMillisOr(long defaultMillis) {
        return deadlineMillis == null ? defaultMillis + request.maxWaitMillis() : deadlineMillis;
    }
}
