package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one account in one window.
 *
 * <p>Accounts have a handful of rows, so they are a list: a look-up compares a few short texts, most of them the same
 * objects. Beyond the bound, rows count under the names {@link UsageRow#OTHER}; the answers to requests and the answers
 * of limits stay apart, so that every sum over requests is exact.
 */
final class AccountUsage {
    private final List<Row> rows;
    private final DistinctClients clients;
    private final Map<String, SeenLevel> levels = new LinkedHashMap<>(0);
    private boolean unsaved;
    private boolean unwritten;

    AccountUsage() {
        this(new ArrayList<>(4), new DistinctClients());
    }

    private AccountUsage(List<Row> rows, DistinctClients clients) {
        this.rows = rows;
        this.clients = clients;
    }

    /** An account as its store has it. */
    static AccountUsage restored(List<UsageRow> rows, DistinctClients clients, Map<String, SeenLevel> levels) {
        List<Row> own = new ArrayList<>(rows.size());
        rows.forEach(row -> own.add(new Row(row)));
        AccountUsage restored = new AccountUsage(own, clients);
        restored.levels.putAll(levels);
        // The store does not know what the topic has. Writing a record again changes nothing.
        restored.unwritten = true;
        return restored;
    }

    private static final class Row {
        private final Labels labels;
        private final String limitId;
        private final UsageOutcome outcome;
        private long requests;
        private long cost;
        private long charged;

        private Row(Labels labels, String limitId, UsageOutcome outcome) {
            this.labels = labels;
            this.limitId = limitId;
            this.outcome = outcome;
        }

        private Row(UsageRow row) {
            this(new Labels(row.tier(), row.routeTemplate()), row.limitId(), row.outcome());
            requests = row.requests();
            cost = row.cost();
            charged = row.charged();
        }

        private boolean is(Labels otherLabels, String otherLimitId, UsageOutcome otherOutcome) {
            return outcome == otherOutcome && limitId.equals(otherLimitId) && labels.equals(otherLabels);
        }

        private UsageRow usage() {
            return new UsageRow(labels.tier(), labels.routeTemplate(), limitId, outcome, requests, cost, charged);
        }
    }

    /** The level of a limit, and the time of the decision that showed it. */
    record SeenLevel(long atMillis, QuotaLevel level) {}

    /** Notes what a limit has left; of a window, the last one that was seen. */
    void seen(String limitId, SeenLevel level, int levelsMax) {
        if (levels.size() < levelsMax || levels.containsKey(limitId)) {
            levels.put(limitId, level);
            unsaved = true;
        }
    }

    /** What limits have left, by limit. */
    Map<String, SeenLevel> levels() {
        return levels;
    }

    /** Tokens that a limit took, less those given back. */
    long charged(String limitId) {
        long charged = 0;
        for (int i = 0; i < rows.size(); i++) {
            charged += rows.get(i).limitId.equals(limitId) ? rows.get(i).charged : 0;
        }
        return charged;
    }

    /** What is added to a row. */
    record Amount(long requests, long cost, long charged) {
        boolean isNothing() {
            return requests == 0 && cost == 0 && charged == 0;
        }
    }

    /**
     * Adds to a row.
     *
     * @param limitId the limit; empty for the answers to requests
     * @return whether the row had to count as other
     */
    boolean add(Labels labels, String limitId, UsageOutcome outcome, Amount amount, int rowsMax) {
        if (amount.isNothing()) {
            return false;
        }
        Row row = row(labels, limitId, outcome);
        boolean isOther = row == null && rows.size() >= rowsMax;
        if (isOther) {
            Labels otherLabels = new Labels(UsageRow.OTHER, UsageRow.OTHER);
            row = rowOf(otherLabels, limitId.isEmpty() ? "" : UsageRow.OTHER, outcome);
        } else if (row == null) {
            row = rowOf(labels, limitId, outcome);
        }
        row.requests += amount.requests();
        row.cost += amount.cost();
        row.charged += amount.charged();
        changed();
        return isOther;
    }

    private Row rowOf(Labels labels, String limitId, UsageOutcome outcome) {
        Row row = row(labels, limitId, outcome);
        if (row == null) {
            row = new Row(labels, limitId, outcome);
            rows.add(row);
        }
        return row;
    }

    private @Nullable Row row(Labels labels, String limitId, UsageOutcome outcome) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).is(labels, limitId, outcome)) {
                return rows.get(i);
            }
        }
        return null;
    }

    void seen(String clientId) {
        if (clients.add(clientId)) {
            changed();
        }
    }

    /** Adds the counts of a shorter window. */
    void addAll(AccountUsage other, int rowsMax) {
        for (Row row : other.rows) {
            add(row.labels, row.limitId, row.outcome, new Amount(row.requests, row.cost, row.charged), rowsMax);
        }
        clients.addAll(other.clients);
        changed();
    }

    private void changed() {
        unsaved = true;
        unwritten = true;
    }

    /** Whether it has changed since the last call, so that the store needs it. */
    boolean takeUnsaved() {
        boolean was = unsaved;
        unsaved = false;
        return was;
    }

    boolean isUnsaved() {
        return unsaved;
    }

    /** Whether it has changed since the last call, so that the topic needs it. */
    boolean takeUnwritten() {
        boolean was = unwritten;
        unwritten = false;
        return was;
    }

    DistinctClients clients() {
        return clients;
    }

    List<UsageRow> rows() {
        return rows.stream().map(Row::usage).toList();
    }
}
