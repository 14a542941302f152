package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/**
 * A signed record of the control plane: in a request partition, on the rules topic, or on the topic of commands to the
 * rules writer.
 *
 * @param payload JSON text of the change, such as a {@link io.sluice.schemas.control.RulesetActivation}, a
 *     {@link io.sluice.schemas.account.AccountCommand} or a {@link io.sluice.schemas.control.ClockMark}; the signature
 *     covers it byte for byte
 * @param signature {@code ed25519:} and the signature in Base64 for URLs, over the kind of the payload and its UTF-8
 *     bytes; see {@link io.sluice.schemas.control.SignedKind}
 */
public record ControlRecord(String payload, String signature) implements Request {
    @Override
    public @Nullable ClientId clientId() {
        return null;
    }
}
