package io.sluice.engine.penalty;

import java.util.List;

/**
 * The penalties of a ruleset, and the bounds of what they remember.
 *
 * @param clientsPerAccount the clients of one account that one rule tracks at once
 * @param accountsPerPartition the accounts of one partition that get an entry in one period
 */
public record PenaltyPolicy(int clientsPerAccount, long accountsPerPartition, List<PenaltyRule> rules) {
    public static final int RULES_MAX = 16;
    public static final int CLIENTS_PER_ACCOUNT = 32;
    public static final int CLIENTS_PER_ACCOUNT_MAX = 256;
    public static final long ACCOUNTS_PER_PARTITION = 10_000;
    public static final long ACCOUNTS_PER_PARTITION_MAX = 1_000_000;

    public static final PenaltyPolicy NONE = new PenaltyPolicy(CLIENTS_PER_ACCOUNT, ACCOUNTS_PER_PARTITION, List.of());

    public PenaltyPolicy {
        rules = List.copyOf(rules);
    }

    public boolean isOn() {
        return !rules.isEmpty();
    }

    /** The period in which accounts are counted: whatever is remembered now was counted in it, or in the last. */
    public long periodMillis() {
        long longest = 1;
        for (PenaltyRule rule : rules) {
            longest = Math.max(longest, rule.memoryMillis());
        }
        return longest;
    }
}
