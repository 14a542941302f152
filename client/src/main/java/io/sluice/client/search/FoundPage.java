package io.sluice.client.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some records of one partition, newest first.
 *
 * @param partition where they are
 * @param keptFrom the oldest offset that retention has left there
 * @param scanned offsets that were looked at; most of them may be of other records
 * @param next where the next page continues; null if there are no older records
 */
public record FoundPage(
        int partition,
        long keptFrom,
        List<FoundRecord> records,
        long scanned,
        @Nullable RecordPosition next) {

    public FoundPage {
        records = List.copyOf(records);
    }

    /** How many of its records could not be read. */
    public long unknown() {
        return records.stream().filter(record -> record.unknown() != null).count();
    }
}
