package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldResult;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import org.jspecify.annotations.Nullable;

/** What must have been decided on one request to settle something. */
record ExpectedAnswer(
        String decisionId, SettleRequest request, @Nullable ReplyAddress reply, HoldResult result) {}
