package io.sluice.engine.penalty;

import io.sluice.engine.bucket.Bounds;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of one account or client under one penalty rule. Immutable.
 *
 * <p>It has two parts that end independently: the window that counts denials, and the ladder:
 *
 * <pre>
 *   denials   |1..2....3=threshold|                       |1.......... window over
 *   penalty                       |== rung 1 ==| decay |         strikes 1, then 0
 * </pre>
 *
 * @param ruleId the rule
 * @param clientId the client; empty if the rule is about accounts
 * @param enforced whether the rule was enforced: an entry made in shadow counts for nothing later
 * @param windowEndMillis the end of the window, which belongs to the next; 0 for none
 * @param counted what was counted in the window
 * @param names hashes of the names that the window has seen, if names are counted
 * @param strikes penalties in a row, at the last one's end; 0 if there was none
 * @param untilMillis the end of the last penalty; 0 if there was none
 * @param decayMillis how long after that end one strike is forgotten
 * @param noticed whether the last penalty's end is in the audit trail
 * @param begunAtOffset the record that began the last penalty, by its offset in the log; names this penalty among all
 *     of the partition. {@link LogPosition#NO_OFFSET} if there was none
 */
public record PenaltyEntry(
        String ruleId,
        String clientId,
        boolean enforced,
        long windowEndMillis,
        long counted,
        List<Long> names,
        int strikes,
        long untilMillis,
        long decayMillis,
        boolean noticed,
        long begunAtOffset) {

    /** The offset of no record. */
    public static final long NOT_BEGUN = -1;

    public PenaltyEntry {
        names = List.copyOf(names);
        Bounds.within("strikes", strikes, 0, PenaltyRule.RUNGS_MAX);
        Bounds.within("names", names.size(), 0, PenaltyTrigger.NAMES_MAX);
    }

    /** An entry with nothing in it. */
    static PenaltyEntry of(PenaltyRule rule, String clientId) {
        return new PenaltyEntry(
                rule.id(), clientId, rule.enforced(), 0, 0, List.of(), 0, 0, 0, /* noticed= */ true, NOT_BEGUN);
    }

    boolean isOf(PenaltyRule rule, String client) {
        return isOf(rule) && clientId.equals(client);
    }

    /** Whether it belongs to the rule as it is now: a rule starts again when its mode or subject changes. */
    boolean isOf(PenaltyRule rule) {
        return ruleId.equals(rule.id())
                && enforced == rule.enforced()
                && clientId.isEmpty() == (rule.subject() == PenaltyRule.Subject.ACCOUNT);
    }

    /** Whether a penalty is in force. */
    public boolean isRunning(long nowMillis) {
        return nowMillis < untilMillis;
    }

    /** Whether a penalty has ended whose end is not in the audit trail yet. */
    boolean hasEnded(long nowMillis) {
        return !noticed && !isRunning(nowMillis) && !isLapsed(nowMillis);
    }

    /** From when on this entry equals an absent one. */
    public long lapsesAtMillis() {
        return Math.max(windowEndMillis, untilMillis + strikes * decayMillis);
    }

    boolean isLapsed(long nowMillis) {
        return nowMillis >= lapsesAtMillis();
    }

    /** The strikes that are not forgotten yet. */
    int strikesAt(long nowMillis) {
        if (strikes == 0 || isRunning(nowMillis)) {
            return strikes;
        }
        return (int) Math.max(0, strikes - (nowMillis - untilMillis) / decayMillis);
    }

    /** This entry once its end is in the audit trail. */
    PenaltyEntry told() {
        return with(strikes, untilMillis, /* otherNoticed= */ true);
    }

    /** With so many denials more; a penalty begins if they are enough. */
    PenaltyEntry denied(PenaltyRule rule, long denials, long nowMillis, long offset) {
        return isRunning(nowMillis) ? this : counted(rule, denials, List.of(), nowMillis, offset);
    }

    /** With one name more, unless the window has it. */
    PenaltyEntry named(PenaltyRule rule, long name, long nowMillis, long offset) {
        boolean isSeen = nowMillis < windowEndMillis && names.contains(name);
        return isRunning(nowMillis) || isSeen ? this : counted(rule, 1, List.of(name), nowMillis, offset);
    }

    private PenaltyEntry counted(PenaltyRule rule, long more, List<Long> moreNames, long nowMillis, long offset) {
        boolean isOpen = nowMillis < windowEndMillis;
        long all = (isOpen ? counted : 0) + more;
        if (all >= rule.trigger().threshold()) {
            return begun(rule, nowMillis, offset);
        }
        List<Long> allNames = new ArrayList<>(isOpen ? names : List.of());
        allNames.addAll(moreNames);
        return new PenaltyEntry(
                ruleId,
                clientId,
                enforced,
                isOpen ? windowEndMillis : nowMillis + rule.trigger().windowMillis(),
                all,
                allNames,
                strikes,
                untilMillis,
                decayMillis,
                noticed,
                begunAtOffset);
    }

    private PenaltyEntry begun(PenaltyRule rule, long nowMillis, long offset) {
        int next = Math.min(strikesAt(nowMillis) + 1, rule.ladder().size());
        return new PenaltyEntry(
                ruleId,
                clientId,
                enforced,
                /* windowEndMillis= */ 0,
                /* counted= */ 0,
                List.of(),
                next,
                nowMillis + rule.rung(next).millis(),
                rule.decayMillis(),
                /* noticed= */ false,
                offset);
    }

    /** One strike less, and no penalty from now on; its end needs no further notice. */
    PenaltyEntry lifted(long nowMillis) {
        return new PenaltyEntry(
                ruleId,
                clientId,
                enforced,
                windowEndMillis,
                counted,
                names,
                strikes - 1,
                nowMillis,
                decayMillis,
                /* noticed= */ true,
                NOT_BEGUN);
    }

    /** A penalty in force that lasts as long from now on as it did from its beginning. */
    PenaltyEntry extended(PenaltyRule rule, long nowMillis) {
        if (!isRunning(nowMillis)) {
            return this;
        }
        long anewMillis = nowMillis + rule.rung(strikes).millis();
        return anewMillis > untilMillis ? with(strikes, anewMillis, noticed) : this;
    }

    private PenaltyEntry with(int otherStrikes, long otherUntilMillis, boolean otherNoticed) {
        return new PenaltyEntry(
                ruleId,
                clientId,
                enforced,
                windowEndMillis,
                counted,
                names,
                otherStrikes,
                otherUntilMillis,
                decayMillis,
                otherNoticed,
                begunAtOffset);
    }
}
