package io.sluice.streams.replay;

/**
 * The messages between partitions that the app refused since nothing proved them. A run has no key to find that out, so
 * it refuses the same ones.
 */
@FunctionalInterface
public interface UnprovenMessages {
    /** The app has taken all. */
    UnprovenMessages NONE = (partition, offset) -> false;

    /**
     * Whether the app refused the message at this place of the log.
     *
     * @throws org.apache.kafka.common.KafkaException if that cannot be found out, so that the run cannot go on
     */
    boolean has(int partition, long offset);
}
