package io.sluice.schemas.reply;

/** One record of the decision topic: an admission or a batch that was judged, or the end of something that one held. */
public sealed interface DecisionRecord permits Decision, BatchDecision, SettlementRecord {}
