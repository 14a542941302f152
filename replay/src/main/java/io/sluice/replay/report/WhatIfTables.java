package io.sluice.replay.report;

import io.sluice.replay.whatif.AccountFlips;
import io.sluice.replay.whatif.Amounts;
import io.sluice.replay.whatif.Cell;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.MatrixRow;
import io.sluice.replay.whatif.ShareDistribution;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WideLimits;
import io.sluice.replay.whatif.WideOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The figures of a comparison as tables, and what has to be said beside them. */
final class WhatIfTables {
    static final int ACCOUNTS_SHOWN = 20;
    private static final double PER_MILLE_OF_PERCENT = 10;
    private static final int P50 = 500;
    private static final int P95 = 950;
    private static final int P99 = 990;
    private static final String NONE = "-";

    private final WhatIfResult result;
    private final Comparison comparison;

    WhatIfTables(WhatIfResult result) {
        this.result = result;
        this.comparison = result.comparison();
    }

    static String number(long number) {
        return AuditReport.number(number);
    }

    private static String cell(Amounts amounts) {
        return amounts.requests() == 0 ? "0" : number(amounts.requests()) + " (" + number(amounts.cost()) + ")";
    }

    /** Requests, and tokens in brackets. */
    TextTable matrix() {
        TextTable table = new TextTable(
                2, "TIER", "REFUSED BY", "ALLOWED BY BOTH", "NEWLY DENIED", "NEWLY ALLOWED", "DENIED BY BOTH");
        for (Map.Entry<MatrixRow, Cell> row : new TreeMap<>(comparison.matrix()).entrySet()) {
            Cell cell = row.getValue();
            table.row(
                    orNone(row.getKey().tier()),
                    orNone(row.getKey().cause()),
                    cell(cell.bothAllow()),
                    cell(cell.newlyDenied()),
                    cell(cell.newlyAllowed()),
                    cell(cell.bothDeny()));
        }
        return table;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /** Says how many are shown, if not all are. */
    String accountsTitle() {
        int all = comparison.accounts().size();
        return "accounts whose verdicts flip, worst first"
                + (all > ACCOUNTS_SHOWN ? " (" + ACCOUNTS_SHOWN + " of " + number(all) + "; JSON has all)" : "");
    }

    TextTable accounts() {
        TextTable table =
                new TextTable(2, "ACCOUNT", "TIER", "NEWLY DENIED", "NEWLY ALLOWED", "FIRST", "LONGEST REFUSED");
        for (AccountFlips one : comparison
                .accounts()
                .subList(0, Math.min(ACCOUNTS_SHOWN, comparison.accounts().size()))) {
            table.row(
                    one.account(),
                    orNone(one.tier()),
                    cell(one.newlyDenied()),
                    cell(one.newlyAllowed()),
                    Instant.ofEpochMilli(one.firstMillis()).toString(),
                    duration(one.longestRefusedMillis()));
        }
        return table;
    }

    static String duration(long millis) {
        return Duration.ofMillis(millis).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** The limits of either ruleset that any request met. */
    Set<String> limits() {
        Set<String> limits = new TreeSet<>(comparison.baseShares().byLimit().keySet());
        limits.addAll(comparison.candidateShares().byLimit().keySet());
        return limits;
    }

    TextTable shares() {
        TextTable table = new TextTable(2, "LIMIT", "UNDER", "BUCKETS", "P50", "P95", "P99", "MAX");
        for (String limit : limits()) {
            share(table, limit, "base", comparison.baseShares().of(limit));
            share(table, limit, "candidate", comparison.candidateShares().of(limit));
        }
        return table;
    }

    private static void share(TextTable table, String limit, String side, ShareDistribution shares) {
        if (shares.buckets() > 0) {
            table.row(
                    limit,
                    side,
                    number(shares.buckets()),
                    percent(shares.perMilleAt(P50)),
                    percent(shares.perMilleAt(P95)),
                    percent(shares.perMilleAt(P99)),
                    percent(shares.maxPerMille()));
        }
    }

    static String percent(int perMille) {
        return String.format(Locale.ROOT, "%.1f %%", perMille / PER_MILLE_OF_PERCENT);
    }

    /** The line that everything comes down to. */
    String summary() {
        Cell all = comparison.all();
        long requests = all.all().requests();
        long denied = all.newlyDenied().requests();
        long accounts = comparison.accounts().stream()
                .filter(one -> one.newlyDenied().requests() > 0)
                .count();
        String more = comparison.accountsUnlisted() > 0 ? "more than " : "";
        return number(denied) + " of " + number(requests) + " requests newly denied ("
                + String.format(Locale.ROOT, "%.3f %%", requests == 0 ? 0 : 100.0 * denied / requests) + "), "
                + number(all.newlyAllowed().requests()) + " newly allowed; " + more + number(accounts)
                + (accounts == 1 ? " account" : " accounts") + " newly denied something";
    }

    /** What the log was like, and how far the figures can be trusted. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(RunNotes.of(result.facts(), result.counters()));
        notes.add("the log is what callers did under the rules of that time: whom the candidate refuses might have"
                + " asked less, later or again");
        if (comparison.leased().requests() > 0) {
            notes.add(number(comparison.leased().requests()) + " requests were answered by front ends out of leases,"
                    + " and are judged at their reports: "
                    + number(comparison.leasedFlips().requests())
                    + " came out of leases that the candidate would not have granted");
        }
        if (comparison.undecided() > 0) {
            notes.add(number(comparison.undecided())
                    + " records are decided under one of the rulesets only, and are in no figure");
        }
        wideNotes(notes);
        if (comparison.accountsUnlisted() > 0) {
            notes.add(number(comparison.accountsUnlisted())
                    + " flips are of accounts beyond those that are listed; they are in the matrix");
        }
        if (comparison.allowListedFlips() > 0) {
            notes.add(number(comparison.allowListedFlips())
                    + " newly denied requests are of accounts that an allow list let through");
        }
        long unkept = unkept();
        if (unkept > 0) {
            notes.add(number(unkept) + " shares are of buckets beyond the bound, and not in the distribution");
        }
        return notes;
    }

    private void wideNotes(List<String> notes) {
        if (result.wide() == WideLimits.ASKED_ANEW) {
            notes.add("limits with scope global are judged under both rulesets by asking their partitions anew: in the"
                    + " order in which they were asked then, and for requests that did not ask then in the order of"
                    + " time stamps; tokens that go back are there at once, some milliseconds early");
            WideOrder order = comparison.wideOrder();
            if (order.visiting() > 0) {
                notes.add("how near that comes: under the log's own rules it allows " + number(order.allowed()) + " of "
                        + number(comparison.all().all().requests()) + " requests, and "
                        + number(order.recordedAllowed()) + " were recorded as allowed; "
                        + number(order.misplaced()) + " verdicts differ from the recorded ones");
            }
            if (order.forgotten() > 0) {
                notes.add(number(order.forgotten()) + " visits are judged as if they had been at the end of the way,"
                        + " since too many requests were between partitions");
            }
        } else if (result.wide() == WideLimits.AS_RECORDED && comparison.messages() > 0) {
            notes.add("requests meet limits with scope global: what these allow is what the partition of the bucket"
                    + " said under the log's own rules, so a change of such a limit does not show");
        }
    }

    private long unkept() {
        long unkept = 0;
        for (String limit : limits()) {
            unkept += comparison.baseShares().of(limit).unkept()
                    + comparison.candidateShares().of(limit).unkept();
        }
        return unkept;
    }
}
