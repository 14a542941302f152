package io.sluice.engine.penalty;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The penalties and counted denials of one account and its clients, under all rules. Immutable.
 *
 * @param countedUntilMillis until when the account is counted among those of its partition
 * @param entries in the order in which they began
 */
public record AccountPenalties(long countedUntilMillis, List<PenaltyEntry> entries) {
    public static final AccountPenalties NONE = new AccountPenalties(0, List.of());

    public AccountPenalties {
        entries = List.copyOf(entries);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether nothing here can change an answer any more. */
    public boolean isLapsed(long nowMillis) {
        return entries.stream().allMatch(entry -> entry.isLapsed(nowMillis));
    }

    /** Whether this equals an absent one: it counts for nothing, and the account is not counted for it. */
    public boolean isExpired(long nowMillis) {
        return countedUntilMillis <= nowMillis && isLapsed(nowMillis);
    }

    /** The entry of this rule and client that still counts, or null. */
    public @Nullable PenaltyEntry entry(PenaltyRule rule, String clientId, long nowMillis) {
        for (PenaltyEntry entry : entries) {
            if (entry.isOf(rule, clientId) && !entry.isLapsed(nowMillis)) {
                return entry;
            }
        }
        return null;
    }

    /** Whether the rule has as many entries here as it may have; those of another mode or subject do not count. */
    boolean isFull(PenaltyRule rule, int entriesMax, long nowMillis) {
        return entries.stream()
                        .filter(entry -> entry.isOf(rule) && !entry.isLapsed(nowMillis))
                        .count()
                >= entriesMax;
    }

    /** With this entry in place of the one before it, and without those that count for nothing. */
    AccountPenalties with(PenaltyEntry changed, long nowMillis) {
        List<PenaltyEntry> next = new ArrayList<>(entries.size() + 1);
        boolean replaced = false;
        for (PenaltyEntry entry : entries) {
            if (entry.ruleId().equals(changed.ruleId()) && entry.clientId().equals(changed.clientId())) {
                next.add(changed);
                replaced = true;
            } else if (!entry.isLapsed(nowMillis)) {
                next.add(entry);
            }
        }
        if (!replaced) {
            next.add(changed);
        }
        return new AccountPenalties(countedUntilMillis, next);
    }

    /**
     * Whether a client has an entry that still counts; null for the account and all of its clients. Lapsed entries do
     * not count, since the clean-up may or may not have removed them.
     */
    public boolean countsFor(@Nullable String clientId, long nowMillis) {
        return entries.stream()
                .anyMatch(
                        entry -> (clientId == null || entry.clientId().equals(clientId)) && !entry.isLapsed(nowMillis));
    }

    /** Without the entries of a client; null for those of the account and all of its clients. */
    public AccountPenalties pardoned(@Nullable String clientId) {
        return new AccountPenalties(
                countedUntilMillis,
                entries.stream()
                        .filter(entry -> clientId != null && !entry.clientId().equals(clientId))
                        .toList());
    }

    /** The same, counted among those of its partition until then. */
    public AccountPenalties countedUntil(long millis) {
        return new AccountPenalties(millis, entries);
    }
}
