package io.sluice.client.search;

import io.sluice.schemas.WireException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The condition for the records that a search wants. */
public interface Wanted {
    /** The most records of the page. */
    int limit();

    /** Whether a record may be wanted, as far as all but its value tells. */
    boolean mayBe(ConsumerRecord<byte[], byte[]> record);

    /**
     * Whether a value is wanted.
     *
     * @throws WireException if nobody can tell: then it is part of the page, which says so
     */
    Match match(byte[] value) throws WireException;

    /**
     * What a value is to a search.
     *
     * @param isWanted whether it is part of the page
     * @param isLast whether no older one can be
     */
    record Match(boolean isWanted, boolean isLast) {}
}
