package io.sluice.client.alerts;

import io.sluice.client.decisions.RecordPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some alerts, newest first.
 *
 * @param keptFrom the oldest offset that retention has left
 * @param scanned offsets that were looked at; some may be of other alerts
 * @param unknown records of the page that could not be read
 * @param next where the next page continues; null if there are no older records
 */
public record AlertPage(
        long keptFrom,
        List<RecordedAlert> records,
        long scanned,
        long unknown,
        @Nullable RecordPosition next) {

    public AlertPage {
        records = List.copyOf(records);
    }
}
