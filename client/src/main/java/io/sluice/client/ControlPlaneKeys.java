package io.sluice.client;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.VerifyingKeys;

/**
 * What a {@link KafkaControlPlane} signs and believes with.
 *
 * @param commands signs commands: who holds it may change rules and accounts
 * @param rules prove what the rules writer wrote
 */
public record ControlPlaneKeys(SigningKey commands, VerifyingKeys rules) {}
