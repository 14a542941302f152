package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.LimitOutcomeBuilder;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatement.Lent;
import io.sluice.engine.wide.WideStatement.Level;
import io.sluice.engine.wide.WideVoucher;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One wide limit checked for one admission, by what the owner of its bucket said. The bucket was charged before; the
 * verdict decides whether that is kept.
 *
 * @param enforced whether the limit may refuse this account
 * @param place how many limits of the account's own come before it in the ruleset
 */
record WideCheck(Limit limit, WideStatement statement, boolean enforced, int place) implements CheckedLimit {
    @Override
    public boolean admits() {
        return !statement.refuses();
    }

    /** What was charged; only where something was. */
    WideVoucher voucher() {
        return Objects.requireNonNull(statement.voucher(), "nothing was charged");
    }

    /** What its owner lends, if it charged that under the ruleset that decides; null for nothing. */
    @Nullable Lent lent(long revision) {
        return statement.lent() == null || voucher().revision() != revision ? null : statement.lent();
    }

    @Override
    public boolean isPossible() {
        return statement.retryAfterMillis() != Algorithm.NEVER;
    }

    @Override
    public OnExceed action() {
        OnExceed action = limit.exceedPolicy().action();
        return admits() || action == OnExceed.THROTTLE ? OnExceed.DENY : action;
    }

    /** The outcome of the limit if what was charged goes back. */
    LimitOutcome uncharged(Admission admission) {
        return outcome(statement.found(), admission, 0);
    }

    /** The outcome of the limit if what was charged is kept. */
    LimitOutcome charged(Admission admission) {
        return outcome(statement.left(), admission, statement.charged());
    }

    private LimitOutcome outcome(Level level, Admission admission, long charged) {
        return LimitOutcomeBuilder.builder()
                .limitId(statement.name().limitId())
                .scope(statement.name().scope())
                .capacity(statement.capacity())
                .remaining(level.remaining())
                .windowMillis(statement.windowMillis())
                .resetAfterMillis(level.resetAfterMillis())
                .nextTokenMillis(level.nextTokenMillis())
                .retryAfterMillis(statement.retryAfterMillis())
                .enforced(enforced)
                .action(action())
                .metered(metered(admission, charged))
                .build();
    }

    /** Null where that is the cost of the admission. A wide limit counts it without what penalties put on top. */
    private @Nullable MeteredCharge metered(Admission admission, long charged) {
        boolean plain = admission.mode() == ChargeMode.CHECK && statement.cost() == admission.cost();
        return plain ? null : new MeteredCharge(statement.cost(), charged);
    }
}
