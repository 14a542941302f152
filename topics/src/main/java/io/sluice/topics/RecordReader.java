package io.sluice.topics;

import io.sluice.schemas.WireException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is done with a record that has a value of bearable size. */
@FunctionalInterface
public interface RecordReader {
    /**
     * Reads a record; whatever it throws, the record is passed over, but for failures of Kafka itself.
     *
     * @throws WireException if the record breaks its contract
     * @throws UntrustedException if the record does not prove its origin
     */
    void read(ConsumerRecord<byte[], byte[]> record) throws WireException, UntrustedException;
}
