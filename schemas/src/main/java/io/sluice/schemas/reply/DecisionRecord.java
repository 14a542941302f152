package io.sluice.schemas.reply;

/**
 * One record of the decision topic: an admission or a batch that was judged, the end of something that one held, a lease,
 * or what a front end answered by itself.
 */
public sealed interface DecisionRecord permits Decision, BatchDecision, SettlementRecord, LeaseRecord, TallyRecord {}
