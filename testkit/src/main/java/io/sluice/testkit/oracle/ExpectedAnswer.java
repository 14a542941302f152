package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldResult;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import org.jspecify.annotations.Nullable;

/** The answer that a request to settle a hold must have got. */
record ExpectedAnswer(
        String decisionId, SettleRequest request, @Nullable ReplyAddress reply, HoldResult result) {}
