package io.sluice.streams.clients;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record as the broker stamped it, and 0 for one without a time.
 *
 * <p>Brokers stamp every request. If somebody turns that off, a client can write a record without a time, and Kafka
 * Streams' own extractor would end the stream thread on it. A partition's time never runs back, so 0 changes nothing.
 */
public final class BrokerTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
