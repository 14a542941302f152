package io.sluice.topics;

import io.sluice.schemas.WireException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Processes records that have a value of acceptable size. */
@FunctionalInterface
public interface RecordReader {
    /**
     * Reads a record; whatever it throws, the record is skipped, except for failures of Kafka itself.
     *
     * @throws WireException if the record breaks its contract
     * @throws UntrustedException if the record does not prove its origin
     */
    void read(ConsumerRecord<byte[], byte[]> record) throws WireException, UntrustedException;
}
