package io.sluice.replay.whatif;

import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the verdicts of one partition, one by one; see {@link Comparison}. */
final class ComparisonCount {
    private static final String ALLOW_LISTED = "allow-listed";
    private static final long WHOLE = 1_000;

    private final WhatIfBounds bounds;
    private final Map<MatrixRow, Cell> matrix = new HashMap<>();
    private final Map<String, FlipCount> accounts = new HashMap<>();
    private final Map<String, ShareTable> baseShares = new HashMap<>();
    private final Map<String, ShareTable> candidateShares = new HashMap<>();
    private final List<Sample> newlyDenied = new ArrayList<>();
    private final List<Sample> newlyAllowed = new ArrayList<>();
    private long accountsUnlisted;
    private long allowListedFlips;
    private long undecided;
    private long messages;
    private WideOrder wideOrder = WideOrder.NONE;
    private Amounts leased = Amounts.NONE;
    private Amounts leasedFlips = Amounts.NONE;

    ComparisonCount(WhatIfBounds bounds) {
        this.bounds = bounds;
    }

    /** Two verdicts on the same request, or on the same request for a lease. */
    void compare(RecordedVerdict base, RecordedVerdict candidate) {
        share(base, baseShares);
        share(candidate, candidateShares);
        if (base.amounts().requests() == 0) {
            return;
        }
        RecordedVerdict refusing = candidate.allowed() ? base : candidate;
        String cause = base.allowed() && candidate.allowed() ? "" : refusing.cause();
        count(
                new MatrixRow(base.details().tier(), cause),
                Cell.of(base.allowed(), candidate.allowed(), base.amounts()));
        if (base.allowed() != candidate.allowed()) {
            flip(base, candidate);
        } else if (candidate.allowed()) {
            FlipCount known = accounts.get(base.account());
            if (known != null) {
                known.allowed();
            }
        }
    }

    private void count(MatrixRow row, Cell cell) {
        boolean fits = matrix.size() < bounds.rowsMax() || matrix.containsKey(row);
        matrix.merge(fits ? row : MatrixRow.OTHER, cell, Cell::plus);
    }

    private void flip(RecordedVerdict base, RecordedVerdict candidate) {
        long nowMillis = base.details().decidedAtMillis();
        FlipCount count = flips(base.account(), base.details().tier(), nowMillis);
        if (base.allowed()) {
            sample(newlyDenied, base, candidate);
            if (base.details().reasonCode().equals(ALLOW_LISTED)) {
                allowListedFlips += base.amounts().requests();
            }
            if (count != null) {
                count.newlyDenied(base.amounts(), nowMillis);
            }
        } else {
            sample(newlyAllowed, base, candidate);
            if (count != null) {
                count.newlyAllowed(base.amounts());
            }
        }
    }

    /** Null beyond the bound. */
    private @Nullable FlipCount flips(String account, String tier, long nowMillis) {
        FlipCount known = accounts.get(account);
        if (known == null && accounts.size() < bounds.accountsMax()) {
            known = new FlipCount(account, tier, nowMillis);
            accounts.put(account, known);
        } else if (known == null) {
            accountsUnlisted++;
        }
        return known;
    }

    /** Of different accounts, if there are several. */
    private static void sample(List<Sample> samples, RecordedVerdict base, RecordedVerdict candidate) {
        boolean isNew = samples.stream().noneMatch(one -> one.base().account().equals(base.account()));
        if (samples.size() < Comparison.SAMPLES_MAX && isNew) {
            samples.add(new Sample(base, candidate));
        }
    }

    private void share(RecordedVerdict judged, Map<String, ShareTable> shares) {
        for (LimitStatus limit : judged.details().limits()) {
            long used = limit.limit() - limit.remaining();
            if (limit.refused()) {
                used += limit.cost() == null ? judged.amounts().cost() : limit.cost();
            }
            if (limit.limit() > 0) {
                shares.computeIfAbsent(limit.id(), id -> new ShareTable(bounds.bucketsMax()))
                        .put(judged.account(), limit.scope(), perMille(used, limit.limit()));
            }
        }
    }

    private static int perMille(long used, long limit) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Math.round((double) WHOLE * used / limit)));
    }

    /**
     * What a front end answered by itself. It had a lease, so the candidate is asked whether it grants that lease; what
     * a front end denied by itself, it denies again.
     *
     * @param flips whether the base has granted that lease, and the candidate has not
     */
    void compare(LeaseReportRecord base, boolean flips) {
        Amounts allowed = new Amounts(base.allowed(), base.spent());
        Amounts denied = new Amounts(base.denied(), 0);
        leased = leased.plus(allowed).plus(denied);
        LeaseReportRecord.Traffic traffic = base.traffic();
        String tier = traffic == null ? "" : traffic.tier();
        if (allowed.requests() > 0) {
            count(new MatrixRow(tier, flips ? "(lease not granted)" : ""), Cell.of(true, !flips, allowed));
        }
        if (denied.requests() > 0) {
            count(new MatrixRow(tier, "(repeated by a front end)"), Cell.of(false, false, denied));
        }
        if (flips && allowed.requests() > 0) {
            leasedFlips = leasedFlips.plus(allowed);
            FlipCount count = flips(base.clientId().account(), tier, base.decidedAtMillis());
            if (count != null) {
                count.newlyDenied(allowed, base.decidedAtMillis());
            }
        }
    }

    /** A record that only one of the rulesets decides, such as a key that is used again. */
    void oneSided() {
        undecided++;
    }

    /**
     * The verdict of the log's own rules if owners of wide buckets are asked anew, and the recorded one.
     *
     * @param isHome whether the request has visited such owners
     */
    void compareWithRecorded(RecordedVerdict recorded, RecordedVerdict anew, boolean isHome) {
        long requests = recorded.amounts().requests();
        wideOrder = wideOrder.plus(new WideOrder(
                isHome ? requests : 0,
                recorded.allowed() ? requests : 0,
                anew.allowed() ? requests : 0,
                recorded.allowed() == anew.allowed() ? 0 : requests,
                /* forgotten= */ 0));
    }

    /** Requests that asked once they were home, since too many others were on their way. */
    void forgotten(long requests) {
        wideOrder = wideOrder.plus(new WideOrder(0, 0, 0, 0, requests));
    }

    /** A message about a limit that all accounts share. */
    void message() {
        messages++;
    }

    Comparison result() {
        return new Comparison(
                matrix,
                accounts.values().stream().map(FlipCount::flips).toList(),
                accountsUnlisted,
                allowListedFlips,
                leased,
                leasedFlips,
                undecided,
                messages,
                wideOrder,
                shares(baseShares),
                shares(candidateShares),
                newlyDenied,
                newlyAllowed);
    }

    private static LimitShares shares(Map<String, ShareTable> tables) {
        Map<String, ShareDistribution> byLimit = new HashMap<>();
        tables.forEach((limit, table) -> byLimit.put(limit, table.distribution()));
        return new LimitShares(byLimit);
    }
}
