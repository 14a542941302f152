package io.sluice.streams.rules;

import io.sluice.engine.controlplane.RulesLedger;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;

/**
 * The settings of the rules writer's processor.
 *
 * @param replyPartitions partitions of the reply topic
 * @param rulesKey signs its decisions
 * @param keys prove commands
 */
record RulesWriterConfig(int replyPartitions, SigningKey rulesKey, TrustedKeys keys, RulesLedger.Policy policy) {}
