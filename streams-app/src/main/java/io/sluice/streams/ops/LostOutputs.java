package io.sluice.streams.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.streams.clients.SendBounds;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A count and log of records that an app could not write.
 *
 * <p>There should never be one, because a record is checked against its topic's bound first. If there is one
 * nevertheless, it is lost, and its partition continues; otherwise the partition would stop for good.
 */
public final class LostOutputs {
    /** The configuration key under which the streams configuration carries this object to the handlers. */
    public static final String CONFIG = "sluice.lost.outputs";

    private static final Logger LOG = LoggerFactory.getLogger(LostOutputs.class);

    private final MeterRegistry registry;
    private final SendBounds bounds;
    private final BoundedLog log;

    public LostOutputs(MeterRegistry registry, SendBounds bounds, LongSupplier nanoClock) {
        this.registry = registry;
        this.bounds = bounds;
        this.log = new BoundedLog(nanoClock);
        // They are there from the start: the first increase of a counter that is new goes unseen.
        ClusterWatch.WRITTEN.forEach(this::lost);
        unprocessed();
    }

    private Counter lost(String topic) {
        return Counter.builder("sluice.outputs.lost")
                .description("Records that their topic refuses")
                .tag("topic", topic)
                .register(registry);
    }

    private Counter unprocessed() {
        return Counter.builder("sluice.processing.failures")
                .description("Failures of processors that are defects of Sluice; the partition continues")
                .register(registry);
    }

    /** A record that its topic does not take. */
    void tooLarge(ProducerRecord<byte[], byte[]> record, String place, Exception failure) {
        bounds.refused(record);
        lost(record.topic(), place, failure);
    }

    /** A record that cannot be written to its topic, for any reason in the record itself. */
    void lost(String topic, String place, Exception failure) {
        lost(topic).increment();
        long times = log.happened(topic);
        if (times > 0) {
            LOG.error(
                    "{} records for {} could not be written and are lost, the last one from {}: {}",
                    times,
                    topic,
                    place,
                    failure.toString());
        }
    }

    /** A record on which the processor failed outside of its own error handling. */
    void unprocessed(String place, Exception failure) {
        unprocessed().increment();
        long times = log.happened("processing");
        if (times > 0) {
            LOG.error("processing failed {} times, the last time at {}; it continues", times, place, failure);
        }
    }
}
