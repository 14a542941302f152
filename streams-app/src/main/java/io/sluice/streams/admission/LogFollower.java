package io.sluice.streams.admission;

import io.sluice.schemas.wide.TravellingRequest;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A processor that decides a log under other rules than it was decided by, beside one under the log's own rules.
 *
 * <p>Each request is decided at the record at which the log's own processor decides it. Where it meets a wide limit,
 * that is the one which brings it home. So decisions of both have the same names, and what comes later and names one
 * means the same to both.
 */
public final class LogFollower {
    private final AdmissionProcessor processor;
    private final @Nullable OwnersAtHand owners;

    /**
     * Follows by a processor.
     *
     * @param owners of wide buckets that it asks; null if what they said is in the log
     */
    public LogFollower(AdmissionProcessor processor, @Nullable OwnersAtHand owners) {
        this.processor = processor;
        this.owners = owners;
    }

    /**
     * Goes on to the next record.
     *
     * @param own the processor of the same partition under the log's own rules, which has got the record
     * @return whether a request was decided
     */
    public boolean follow(AdmissionProcessor own, Record<byte[], byte[]> record) {
        RequestPassage passage = own.passage();
        TravellingRequest carried = own.carried();
        if (!passage.isDecided()) {
            processor.pass(record);
            if (owners != null && carried != null && passage == RequestPassage.DROPPED) {
                owners.dropped(carried, processor.clockMillis());
            } else if (owners != null && carried != null) {
                owners.passed(carried);
            }
        } else if (owners != null && passage == RequestPassage.ARRIVES && carried != null) {
            owners.arriving(carried);
            processor.process(new Record<>(
                    carried.account().getBytes(StandardCharsets.UTF_8),
                    carried.request().getBytes(StandardCharsets.UTF_8),
                    record.timestamp(),
                    record.headers()));
            owners.arrived(processor.clockMillis());
        } else {
            processor.process(record);
        }
        return passage.isDecided();
    }

    /** Whether the last record brought a request home. */
    public static boolean hasArrival(AdmissionProcessor own) {
        return own.passage() == RequestPassage.ARRIVES;
    }
}
