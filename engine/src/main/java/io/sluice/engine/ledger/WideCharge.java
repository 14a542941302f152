package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.wide.WideStatement;
import java.util.List;

/**
 * What a {@link WideLedger} decides on one visit of one of its buckets: a statement, and the changes that come with it.
 *
 * @param refuses whether the request is refused, so that it need not visit others
 * @param alerts thresholds that it crosses, each to be reported once
 */
public record WideCharge(
        WideStatement statement,
        boolean refuses,
        List<BucketChange> changes,
        List<CountChange> counts,
        List<BucketAlert> alerts) {
    public WideCharge {
        changes = List.copyOf(changes);
        counts = List.copyOf(counts);
        alerts = List.copyOf(alerts);
    }

    /** A statement with which nothing changes. */
    static WideCharge unchanged(WideStatement statement) {
        return new WideCharge(statement, /* refuses= */ false, List.of(), List.of(), List.of());
    }
}
