package io.sluice.engine.penalty;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The penalties of one account at one moment, under the rules in force. It only computes on the account's {@link
 * AccountPenalties}; it reads and writes no store.
 */
public final class PenaltyBook {
    private final PenaltyPolicy policy;
    private final long nowMillis;
    private final LongSupplier offset;
    private AccountPenalties penalties;
    private final List<PenaltyEvent> events = new ArrayList<>();
    private int untracked;

    /**
     * The penalties at one record.
     *
     * @param offset the record's offset in the log: names a penalty that it begins
     */
    public PenaltyBook(PenaltyPolicy policy, AccountPenalties penalties, long nowMillis, LongSupplier offset) {
        this.policy = policy;
        this.penalties = penalties;
        this.nowMillis = nowMillis;
        this.offset = offset;
    }

    /** A penalty in force, and the rule that it is under. */
    private record Running(PenaltyRule rule, PenaltyEntry entry) {
        PenaltyRung rung() {
            return rule.rung(entry.strikes());
        }

        /** Enforced before shadow, strict before mild, long before short. */
        boolean outranks(Running other) {
            if (rule.enforced() != other.rule.enforced()) {
                return rule.enforced();
            }
            int stricter = rung().action().compareTo(other.rung().action());
            return stricter == 0 ? entry.untilMillis() > other.entry.untilMillis() : stricter > 0;
        }
    }

    private @Nullable Running running(String clientId) {
        Running strictest = null;
        for (PenaltyRule rule : policy.rules()) {
            PenaltyEntry entry = penalties.entry(rule, subject(rule, clientId), nowMillis);
            if (entry != null && entry.isRunning(nowMillis)) {
                Running running = new Running(rule, entry);
                strictest = strictest == null || running.outranks(strictest) ? running : strictest;
            }
        }
        return strictest;
    }

    private static String subject(PenaltyRule rule, String clientId) {
        return rule.subject() == PenaltyRule.Subject.CLIENT ? clientId : "";
    }

    /**
     * The penalty that concerns a client now, or null. Of several, an enforced one counts before one in shadow, and
     * then the strictest.
     */
    public @Nullable PenaltyMatch match(String clientId) {
        Running running = running(clientId);
        return running == null
                ? null
                : new PenaltyMatch(
                        running.rule().id(),
                        running.entry().clientId(),
                        running.rule().enforced(),
                        running.entry().strikes(),
                        running.rule().ladder().size(),
                        running.rung().action(),
                        running.entry().untilMillis(),
                        running.entry().begunAtOffset());
    }

    /** The rung of the penalty that concerns a client now, if it is enforced; else null. */
    public @Nullable PenaltyRung rung(String clientId) {
        Running running = running(clientId);
        return running == null || !running.rule().enforced() ? null : running.rung();
    }

    /** A request that a penalty refused: it lasts longer, if its rule says so. */
    public void refused(String clientId) {
        for (PenaltyRule rule : policy.rules()) {
            PenaltyEntry entry = penalties.entry(rule, subject(rule, clientId), nowMillis);
            if (rule.extend() && entry != null) {
                put(entry, entry.extended(rule, nowMillis));
            }
        }
    }

    /** Which of a rule's limits refused a request. */
    @FunctionalInterface
    public interface Refusals {
        boolean isRefusedBy(PenaltyRule rule);
    }

    /**
     * Requests that limits refused.
     *
     * @param denials how many; more than one if a front end reports them
     * @param invented whether the client has nothing in use, so that its name counts as new
     * @param room whether the account may be remembered, if it is not yet
     */
    public void denied(String clientId, long denials, boolean invented, Refusals refusals, boolean room) {
        for (PenaltyRule rule : policy.rules()) {
            boolean names = rule.trigger().counts() == PenaltyTrigger.Counts.NAMES;
            if ((names && !invented) || !refusals.isRefusedBy(rule)) {
                continue;
            }
            PenaltyEntry found = penalties.entry(rule, subject(rule, clientId), nowMillis);
            if (found == null && !(room && !penalties.isFull(rule, policy.clientsPerAccount(), nowMillis))) {
                untracked++;
                continue;
            }
            PenaltyEntry before = found == null ? PenaltyEntry.of(rule, subject(rule, clientId)) : found;
            PenaltyEntry after = names
                    ? before.named(rule, NameHash.of(clientId), nowMillis, offset.getAsLong())
                    : before.denied(rule, denials, nowMillis, offset.getAsLong());
            if (rule.extend() && before.isRunning(nowMillis)) {
                after = before.extended(rule, nowMillis);
            }
            put(before, after);
            if (after.isRunning(nowMillis) && !before.isRunning(nowMillis)) {
                if (before.hasEnded(nowMillis)) {
                    events.add(PenaltyEvent.ended(before));
                }
                events.add(PenaltyEvent.begun(rule, after, nowMillis));
            }
        }
    }

    /**
     * Ends a penalty that asks for a challenge, and takes its strike back, since the challenge was passed.
     *
     * @param clientId the client that passed it. A rule with the scope account has one penalty for all of the
     * account's clients
     * @param begunAtOffset the record that began the penalty. So a challenge lifts one penalty, once: afterwards no
     * penalty that this record began is in force
     * @return the penalty as it was; null if it is not in force, is not enforced, or asks for no challenge
     */
    public @Nullable PenaltyEntry lift(String ruleId, String clientId, long begunAtOffset) {
        for (PenaltyRule rule : policy.rules()) {
            PenaltyEntry entry =
                    rule.id().equals(ruleId) ? penalties.entry(rule, subject(rule, clientId), nowMillis) : null;
            if (entry != null
                    && entry.isRunning(nowMillis)
                    && entry.begunAtOffset() == begunAtOffset
                    && rule.enforced()
                    && rule.rung(entry.strikes()).action() == PenaltyAction.CHALLENGE) {
                put(entry, entry.lifted(nowMillis));
                return entry;
            }
        }
        return null;
    }

    private void put(PenaltyEntry before, PenaltyEntry after) {
        if (after != before) {
            penalties = penalties.with(after, nowMillis);
        }
    }

    /** Notes the penalties that have ended since the account's last request. */
    public void noteEnds() {
        for (PenaltyEntry entry : penalties.entries()) {
            if (entry.hasEnded(nowMillis)) {
                penalties = penalties.with(entry.told(), nowMillis);
                events.add(PenaltyEvent.ended(entry));
            }
        }
    }

    public AccountPenalties penalties() {
        return penalties;
    }

    public List<PenaltyEvent> events() {
        return events;
    }

    public int untracked() {
        return untracked;
    }
}
