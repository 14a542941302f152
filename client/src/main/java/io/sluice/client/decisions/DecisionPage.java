package io.sluice.client.decisions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some records of one account, newest first.
 *
 * @param partition the partition of the decision topic that has all records of the account
 * @param keptFrom the oldest offset that retention has left there
 * @param scanned offsets that were looked at; most of them may be of other accounts
 * @param unknown records of the page that could not be read
 * @param next where the next page continues; null if there are no older records
 */
public record DecisionPage(
        int partition,
        long keptFrom,
        List<RecordedDecision> records,
        long scanned,
        long unknown,
        @Nullable RecordPosition next) {

    public DecisionPage {
        records = List.copyOf(records);
    }
}
