package io.sluice.streams.rules;

import io.sluice.engine.controlplane.RulesLedger;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;

/**
 * What the processor of the rules writer is built with.
 *
 * @param replyPartitions partitions of the reply topic
 * @param rulesKey signs what it decides
 * @param keys prove commands
 */
record RulesWriterConfig(int replyPartitions, SigningKey rulesKey, TrustedKeys keys, RulesLedger.Policy policy) {}
