package io.sluice.replay.whatif;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two rulesets say of the same requests.
 *
 * @param matrix verdicts by tier and by what refuses
 * @param accounts accounts whose verdicts flip, worst first
 * @param accountsUnlisted flips of accounts beyond the bound
 * @param allowListedFlips newly denied requests that an allow list let through
 * @param leased of all requests, those that front ends answered by themselves
 * @param leasedFlips of these, those answered out of leases that the candidate does not grant
 * @param undecided records that only one of the rulesets decides; they are in no other figure
 * @param messages messages that one of the sides would have sent between partitions, about limits that all accounts
 *     share
 * @param wideOrder how near the order of time stamps comes to the recorded verdicts
 * @param baseShares how much of each limit was used under the base
 * @param candidateShares how much of each limit is used under the candidate
 * @param newlyDenied some requests that the candidate denies
 * @param newlyAllowed some requests that only the candidate allows
 */
public record Comparison(
        Map<MatrixRow, Cell> matrix,
        List<AccountFlips> accounts,
        long accountsUnlisted,
        long allowListedFlips,
        Amounts leased,
        Amounts leasedFlips,
        long undecided,
        long messages,
        WideOrder wideOrder,
        LimitShares baseShares,
        LimitShares candidateShares,
        List<Sample> newlyDenied,
        List<Sample> newlyAllowed) {
    /** Samples of each kind. */
    public static final int SAMPLES_MAX = 3;

    private static final Comparator<AccountFlips> WORST_FIRST = Comparator.comparingLong(
                    (AccountFlips one) -> one.newlyDenied().requests())
            .thenComparingLong(one -> one.newlyAllowed().requests())
            .reversed()
            .thenComparing(AccountFlips::account);

    /** Of no requests. */
    public static final Comparison NONE = new Comparison(
            Map.of(),
            List.of(),
            0,
            0,
            Amounts.NONE,
            Amounts.NONE,
            0,
            0,
            WideOrder.NONE,
            LimitShares.NONE,
            LimitShares.NONE,
            List.of(),
            List.of());

    public Comparison {
        matrix = Map.copyOf(matrix);
        accounts = accounts.stream().sorted(WORST_FIRST).toList();
        newlyDenied = List.copyOf(newlyDenied);
        newlyAllowed = List.copyOf(newlyAllowed);
    }

    /** Both together; they are of different partitions, so no account is in both. */
    public Comparison plus(Comparison other) {
        Map<MatrixRow, Cell> sums = new TreeMap<>(matrix);
        other.matrix.forEach((row, cell) -> sums.merge(row, cell, Cell::plus));
        List<AccountFlips> all = new ArrayList<>(accounts);
        all.addAll(other.accounts);
        return new Comparison(
                sums,
                all,
                accountsUnlisted + other.accountsUnlisted,
                allowListedFlips + other.allowListedFlips,
                leased.plus(other.leased),
                leasedFlips.plus(other.leasedFlips),
                undecided + other.undecided,
                messages + other.messages,
                wideOrder.plus(other.wideOrder),
                baseShares.plus(other.baseShares),
                candidateShares.plus(other.candidateShares),
                first(newlyDenied, other.newlyDenied),
                first(newlyAllowed, other.newlyAllowed));
    }

    private static List<Sample> first(List<Sample> some, List<Sample> others) {
        List<Sample> all = new ArrayList<>(some);
        all.addAll(others);
        return all.subList(0, Math.min(SAMPLES_MAX, all.size()));
    }

    /** All requests. */
    public Cell all() {
        return matrix.values().stream().reduce(Cell.NONE, Cell::plus);
    }

    /** All requests of a tier. */
    public Cell ofTier(String tier) {
        return matrix.entrySet().stream()
                .filter(row -> row.getKey().tier().equals(tier))
                .map(Map.Entry::getValue)
                .reduce(Cell.NONE, Cell::plus);
    }
}
