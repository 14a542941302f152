package io.sluice.engine.credit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The used tokens of each credit of one account. Immutable.
 *
 * @param tokens by the version that names the credit; a credit that is not in here is unused
 */
public record UsedCredits(SortedMap<Long, Long> tokens) {
    public static final UsedCredits NONE = new UsedCredits(Collections.emptySortedMap());

    public UsedCredits {
        tokens = Collections.unmodifiableSortedMap(new TreeMap<>(tokens));
    }

    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    /** What is left of a credit. */
    public long left(Credit credit) {
        return credit.tokens() - tokens.getOrDefault(credit.version(), 0L);
    }

    /**
     * After these charges, and without credits that are over or gone.
     *
     * @param credits those of the account
     */
    public UsedCredits after(List<CreditCharge> charges, List<Credit> credits, long nowMillis) {
        SortedMap<Long, Long> next = new TreeMap<>();
        for (Credit credit : credits) {
            long used = tokens.getOrDefault(credit.version(), 0L);
            for (CreditCharge charge : charges) {
                used += charge.version() == credit.version() ? charge.tokens() : 0;
            }
            used = Math.max(0, Math.min(credit.tokens(), used));
            if (used > 0 && !credit.isOver(nowMillis)) {
                next.put(credit.version(), used);
            }
        }
        return new UsedCredits(next);
    }

    /** Whether this equals none, because all of its credits have ended or were removed. */
    public boolean isExpired(List<Credit> credits, long nowMillis) {
        for (Map.Entry<Long, Long> used : tokens.entrySet()) {
            for (Credit credit : credits) {
                if (credit.version() == used.getKey() && !credit.isOver(nowMillis)) {
                    return false;
                }
            }
        }
        return true;
    }
}
