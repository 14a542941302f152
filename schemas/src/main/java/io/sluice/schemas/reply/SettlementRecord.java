package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The end of something that was held, as analysts see it: exactly once for each hold under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the request that ended it; null if it expired
 */
public record SettlementRecord(@Nullable String decisionId, Settlement settlement) implements DecisionRecord {}
