package io.sluice.streams.ops;

import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a silent instance keeps its partitions: as short as the brokers allow, within bounds.
 *
 * <p>Two waits begin when an instance dies. The group waits for its heartbeats. The instance that takes over waits
 * for the end of the open transaction, since it must read the changelog beyond it. So both times have the same
 * length.
 *
 * @param sessionMillis the session of a group's member
 */
public record TakeoverTimes(int sessionMillis) {
    /** With less, a mere pause of the JVM would cause a takeover. */
    static final int SHORTEST_MILLIS = 2_500;
    /** What brokers allow by default. */
    static final int LONGEST_MILLIS = 6_000;

    /** A transaction is open for as long as a commit interval, and it must end in time. */
    private static final int COMMIT_WITHIN_MILLIS = 1_500;

    /** The shortest times under this setting of the brokers; null if it is not known. */
    static TakeoverTimes allowedBy(@Nullable String groupMinSessionMillis) {
        int least = groupMinSessionMillis == null ? LONGEST_MILLIS : Integer.parseInt(groupMinSessionMillis);
        return new TakeoverTimes(Math.max(SHORTEST_MILLIS, least));
    }

    /** Takes the place of our own defaults; an operator's settings have removed those, and stay. */
    public void putInto(Properties properties) {
        String session = StreamsConfig.consumerPrefix(CommonClientConfigs.SESSION_TIMEOUT_MS_CONFIG);
        String transaction = StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        int commitMillis = Integer.parseInt(String.valueOf(properties.get(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)));
        properties.computeIfPresent(session, (name, ours) -> sessionMillis);
        properties.computeIfPresent(
                transaction, (name, ours) -> Math.max(sessionMillis, commitMillis + COMMIT_WITHIN_MILLIS));
    }
}
