package io.sluice.streams.rules;

import io.sluice.engine.rulebook.RulesLedger;
import io.sluice.schemas.control.ControlKey;

/** What the processor of the rules writer is built with. */
record RulesWriterConfig(int replyPartitions, ControlKey controlKey, RulesLedger.Policy policy) {}
