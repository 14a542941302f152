package io.sluice.schemas.codec;

import io.sluice.schemas.request.SettleRequest;
import org.jspecify.annotations.Nullable;

/**
 * The body of a commit, a cancel or a release over REST, together with the ID in its path.
 *
 * @param deadlineMillis how long the caller waits for the answer; null for the server's default
 */
public record SettleBody(SettleRequest request, @Nullable Long deadlineMillis) {}
