package io.sluice.schemas.codec;

import io.sluice.schemas.request.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/admissions}.
 *
 * @param deadlineMillis how long the caller waits for the verdict; null for the server's default
 */
public record AdmissionBody(
        AdmissionRequest request, @Nullable Long deadlineMillis) {
    public static final long DEADLINE_MILLIS_MAX = 60_000;
}
