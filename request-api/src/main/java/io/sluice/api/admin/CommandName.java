package io.sluice.api.admin;

import io.sluice.api.server.ApiRequest;
import io.sluice.schemas.WireException;
import java.util.UUID;

/** The ID of a caller's command: a caller that gives one may send the command again, and it still takes effect once. */
final class CommandName {
    private static final int IDEMPOTENCY_KEY_CHARS_MAX = 60;

    private CommandName() {}

    /** The name by {@code Idempotency-Key}, or a new one. */
    static String of(ApiRequest request) throws WireException {
        String key = request.header("Idempotency-Key");
        if (key == null) {
            return UUID.randomUUID().toString();
        }
        if (key.isBlank() || key.length() > IDEMPOTENCY_KEY_CHARS_MAX) {
            throw new WireException(
                    "Idempotency-Key", "blank or too long (expected: 1.." + IDEMPOTENCY_KEY_CHARS_MAX + " characters)");
        }
        return request.caller().id() + ":" + key;
    }
}
