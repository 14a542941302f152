package io.sluice.schemas.codec;

import io.sluice.schemas.request.BatchRequest;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/admissions/atomic}.
 *
 * @param deadlineMillis how long the caller waits for the answer; null for the server's default
 */
public record BatchBody(BatchRequest request, @Nullable Long deadlineMillis) {}
