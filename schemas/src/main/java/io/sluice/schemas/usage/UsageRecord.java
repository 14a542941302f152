package io.sluice.schemas.usage;

import java.util.List;

/**
 * The usage of one account in one window, for analysts. A record replaces all earlier ones of the same window and
 * account; its counts are absolute.
 *
 * @param window the length of the window
 * @param fromMillis where the window begins, milliseconds since the epoch
 * @param account the account; empty for all accounts beyond the bound of the window together
 * @param distinctClients how many clients of the account made requests: exact up to a bound, an estimate beyond it
 * @param rows its counts, in the order in which they first came
 */
public record UsageRecord(
        UsageWindow window, long fromMillis, String account, long distinctClients, List<UsageRow> rows) {
    /** The account of a record that stands for all accounts beyond the bound. */
    public static final String OTHER_ACCOUNTS = "";

    public UsageRecord {
        if (fromMillis != window.startOf(fromMillis)) {
            throw new IllegalArgumentException(
                    "fromMillis: " + fromMillis + " (expected: a multiple of " + window.millis() + ")");
        }
        rows = List.copyOf(rows);
    }
}
