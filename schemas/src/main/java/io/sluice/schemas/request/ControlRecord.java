package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/**
 * A record of the control plane inside a request partition.
 *
 * @param payload JSON text of what is to be done, such as a {@link io.sluice.schemas.control.RulesetActivation}, a
 *     {@link io.sluice.schemas.account.AccountCommand} or a {@link io.sluice.schemas.control.ClockMark}; signed as it stands
 * @param signature {@code hmac-sha256:} and 64 hexadecimal digits over the UTF-8 bytes of the payload
 */
public record ControlRecord(String payload, String signature) implements RequestRecord {
    @Override
    public @Nullable ReplyAddress reply() {
        return null;
    }
}
