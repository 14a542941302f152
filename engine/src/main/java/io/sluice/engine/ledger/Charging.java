package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.ledger.LimitCheck.LimitCharge;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.AlertThresholds.Crossing;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.state.BucketMarks;
import java.util.ArrayList;
import java.util.List;

/** The charges of one allowed admission, and what comes with them. */
final class Charging {
    private final Admission admission;
    private final long offset;
    private final List<BucketChange> changes = new ArrayList<>();
    // Most charges cross no threshold, and no count changes.
    private List<BucketAlert> alerts = List.of();
    private List<CountChange> counts = List.of();
    private List<CreditCharge> credits = List.of();

    /**
     * Charges to be made.
     *
     * @param offset the request's offset in the log: distinguishes this charge from others to the same bucket
     */
    Charging(Admission admission, long offset) {
        this.admission = admission;
        this.offset = offset;
    }

    /** Charges one limit: its bucket, and its credits. */
    LimitCharge charge(LimitCheck check) {
        LimitCharge charge = check.charge(admission, offset);
        if (!charge.credits().isEmpty()) {
            credits = credits.isEmpty() ? new ArrayList<>() : credits;
            credits.addAll(charge.credits());
        }
        if (charge.own() != 0) {
            change(check, charge);
        }
        ResolvedBucket overage = check.resolved().overage();
        if (overage != null && charge.overage() != null && !charge.overage().equals(overage.found())) {
            changeOverage(check, overage, charge.overage());
        }
        return charge;
    }

    private void changeOverage(LimitCheck check, ResolvedBucket found, BucketState charged) {
        Limit overage = check.limit().overage();
        if (overage == null) {
            return;
        }
        boolean isTaken = charged.usedTokens() > found.found().usedTokens();
        BucketMarks marks = isTaken
                ? BucketMarks.of(crossing(check, overage, found, charged).quietPerMille(), 0)
                : found.marks();
        changes.add(new BucketChange(found.key(), found.timeline().stored(charged, marks)));
    }

    /** The thresholds that a charge crosses, each of which is an alert about the limit of the check. */
    private Crossing crossing(LimitCheck check, Limit limit, ResolvedBucket found, BucketState charged) {
        Algorithm algorithm = limit.algorithm();
        long capacity = algorithm.capacity();
        long used = capacity - algorithm.balance(charged);
        Crossing crossing = limit.ownAlerts()
                .crossedBy(found.marks().quietPerMille(), capacity - algorithm.balance(found.found()), used, capacity);
        if (!crossing.crossedPerMille().isEmpty() && alerts.isEmpty()) {
            alerts = new ArrayList<>();
        }
        for (int threshold : crossing.crossedPerMille()) {
            alerts.add(new BucketAlert(
                    check.limit().id(), check.key().scope(), threshold, used, capacity, check.enforced()));
        }
        return crossing;
    }

    private void change(LimitCheck check, LimitCharge charge) {
        BucketState charged = charge.left();
        if (charge.own() < 0) {
            // What is given back crosses no threshold, and makes no bucket known.
            changes.add(new BucketChange(
                    check.key(),
                    check.resolved().timeline().stored(charged, check.resolved().marks())));
            return;
        }
        Crossing crossing = crossing(check, check.limit(), check.resolved(), charged);
        BucketMarks marks =
                BucketMarks.of(crossing.quietPerMille(), check.resolved().countedUntilMillis());
        if (!check.resolved().counts().isEmpty()) {
            counts = counts.isEmpty() ? new ArrayList<>() : counts;
            counts.addAll(check.resolved().counts());
        }
        changes.add(new BucketChange(check.key(), check.resolved().timeline().stored(charged, marks)));
    }

    /** What credits pay, or get back. */
    List<CreditCharge> credits() {
        return credits;
    }

    List<BucketChange> changes() {
        return changes;
    }

    List<BucketAlert> alerts() {
        return alerts;
    }

    List<CountChange> counts() {
        return counts;
    }
}
