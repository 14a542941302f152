package io.sluice.client;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.VerifyingKeys;

/**
 * The keys of a {@link KafkaControlPlane}: those that it signs with, and those that it trusts.
 *
 * @param commands signs commands: its holder may change rules and accounts
 * @param rules verify records of the rules writer
 */
public record ControlPlaneKeys(SigningKey commands, VerifyingKeys rules) {}
