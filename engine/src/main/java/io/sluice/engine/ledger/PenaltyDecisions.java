package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.CountChange;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyBook;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.penalty.PenaltyPolicy;
import io.sluice.engine.penalty.PenaltyRung;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The effect of penalties on one admission, and of the admission on penalties. Reads the store, and returns changes.
 *
 * <p>Listed clients do not come here. So an allow-listed client is never penalised, and denials of a deny-listed one
 * do not count.
 *
 * <p><b>What is bounded.</b> A rule tracks a bounded number of clients in each account, and a partition a bounded
 * number of accounts. The accounts are counted like buckets, in periods as long as the longest memory: see {@link
 * BucketResolver}. Clients and accounts above a bound are not tracked; only limits refuse them. So invented names
 * neither penalise anybody else, nor fill the disk.
 */
final class PenaltyDecisions {
    /** No limit has such a name. */
    static final BucketCountKey ACCOUNTS = new BucketCountKey(BucketCountKey.PARTITION, "~penalties");

    private static final Set<Reason> DENIALS =
            Set.of(Reason.LIMIT_EXCEEDED, Reason.COST_ABOVE_CAPACITY, Reason.CHALLENGED);

    private final LedgerStore store;
    private final PenaltyPolicy policy;
    private final Admission admission;
    private final PartitionClock clock;
    private final long nowMillis;
    private final @Nullable AccountPenalties penalties;

    private PenaltyDecisions(
            LedgerStore store, PenaltyPolicy policy, Admission admission, PartitionClock clock, long nowMillis) {
        this.store = store;
        this.policy = policy;
        this.admission = admission;
        this.clock = clock;
        this.nowMillis = nowMillis;
        // Work that is done is charged to its client, penalised or not.
        this.penalties =
                policy.isOn() && admission.mode() == ChargeMode.CHECK ? store.penalties(admission.account()) : null;
    }

    static PenaltyDecisions of(
            Admission admission, AccountTimeline timeline, LedgerStore store, PartitionClock clock, long nowMillis) {
        return new PenaltyDecisions(store, timeline.ruleset().penalties(), admission, clock, nowMillis);
    }

    private PenaltyBook book(AccountPenalties found) {
        return new PenaltyBook(policy, found, nowMillis, () -> store.position().offset());
    }

    /** The penalty that concerns the admission, or null; its end is in the caller's time. */
    @Nullable PenaltyMatch match() {
        PenaltyMatch match = penalties == null || penalties.isEmpty()
                ? null
                : book(penalties).match(admission.clientId());
        return match == null ? null : match.until(nowMillis + clock.callersMillis(match.untilMillis() - nowMillis));
    }

    /** The admission as limits are to see it: at a higher cost, if a penalty scales them down. */
    Admission scaled() {
        PenaltyRung rung = penalties == null || penalties.isEmpty() || admission.costIsFinal()
                ? null
                : book(penalties).rung(admission.clientId());
        return rung == null || rung.action().refuses() ? admission : admission.underLimitsOf(rung.perMille());
    }

    /** The answer of a penalty. */
    Outcome outcome(AccountTimeline timeline, PenaltyMatch match) {
        return new Outcome(
                nowMillis,
                timeline.revision(),
                timeline.tier(),
                admission.cost(),
                Reason.PENALTY,
                List.of(),
                HoldGrant.NONE,
                /* listed= */ null,
                match);
    }

    /** What changes if a penalty has refused the admission; null for nothing. */
    @Nullable PenaltyChange refused() {
        if (penalties == null || admission.cost() == 0) {
            return null;
        }
        PenaltyBook book = book(penalties);
        book.refused(admission.clientId());
        return change(book);
    }

    /** What changes if the limits have given this answer; null for nothing. */
    @Nullable PenaltyChange answered(Evaluation evaluation, Reason reason) {
        if (penalties == null || admission.cost() == 0 || !DENIALS.contains(reason)) {
            return null;
        }
        PenaltyBook book = book(penalties);
        book.denied(
                admission.clientId(),
                /* denials= */ 1,
                isInvented(evaluation),
                rule -> evaluation.isRefusedBy(rule::counts),
                hasRoom());
        return change(book);
    }

    /**
     * What changes by denials that a front end repeated by itself; null for nothing. It does not say which limit
     * refused, so a rule counts them if it counts every limit that may have.
     */
    @Nullable PenaltyChange reported(AccountTimeline timeline, long denials) {
        if (penalties == null || denials == 0) {
            return null;
        }
        List<Limit> limits = timeline.limitsFor(admission).stream()
                .filter(limit -> limit.isEnforcedFor(admission.account())
                        && limit.exceedPolicy().action() != OnExceed.TAG)
                .toList();
        PenaltyBook book = book(penalties);
        book.denied(
                admission.clientId(),
                denials,
                /* invented= */ false,
                rule -> !limits.isEmpty() && limits.stream().allMatch(limit -> rule.counts(limit.id())),
                hasRoom());
        return change(book);
    }

    /** Whether nothing of the client's own is in use: it is refused by what others share with it. */
    private boolean isInvented(Evaluation evaluation) {
        if (admission.clientId().equals(admission.account())) {
            return false;
        }
        for (LimitCheck check : evaluation.checks()) {
            // A shared bucket, beyond the bound of buckets, is not the client's own.
            if (check.limit().scope().isOfOneClient()
                    && !Scope.isOverflow(check.key().scope())
                    && !check.found().isFull()) {
                return false;
            }
        }
        return true;
    }

    /** Notes the penalties of an account that have ended; null if there are none. */
    static @Nullable PenaltyChange ended(String account, LedgerStore store, long nowMillis) {
        AccountPenalties found = store.penalties(account);
        if (found.isEmpty()) {
            return null;
        }
        PenaltyBook book = new PenaltyBook(
                PenaltyPolicy.NONE, found, nowMillis, () -> store.position().offset());
        book.noteEnds();
        return book.events().isEmpty()
                ? null
                : new PenaltyChange(account, book.penalties(), /* accounts= */ null, book.events(), 0);
    }

    private boolean isRemembered() {
        return penalties != null && !penalties.isLapsed(nowMillis);
    }

    private boolean hasRoom() {
        return isRemembered() || count().hasRoomFor(policy.accountsPerPartition());
    }

    private BucketCount count() {
        BucketCount stored = store.bucketCount(ACCOUNTS);
        return (stored == null ? BucketCount.NONE : stored).at(nowMillis, policy.periodMillis());
    }

    private @Nullable PenaltyChange change(PenaltyBook book) {
        AccountPenalties after = book.penalties();
        if (after == penalties) {
            return book.untracked() == 0
                    ? null
                    : new PenaltyChange(admission.account(), after, /* accounts= */ null, List.of(), book.untracked());
        }
        BucketCount count = count();
        CountChange accounts = after.countedUntilMillis() == count.lapsesAtMillis()
                ? null
                : new CountChange(ACCOUNTS, count.withOneMore());
        return new PenaltyChange(
                admission.account(),
                after.countedUntil(count.lapsesAtMillis()),
                accounts,
                book.events(),
                book.untracked());
    }
}
