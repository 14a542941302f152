package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.LeaseResult;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The expected decision on one request for a lease. */
record ExpectedLease(
        String decisionId, LeaseRequest request, @Nullable ReplyAddress reply, LeaseResult result) {

    String clientId() {
        return request.admission().clientId().text();
    }

    /** The thresholds that its debit crosses. */
    Stream<ThresholdAlert> alerts() {
        return ExpectedOutcome.alerts(decisionId, request.admission().clientId().account(), result.decided());
    }
}
