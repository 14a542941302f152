package io.sluice.perf.profile;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the threads of {@code sluice dev} work for, by their names; the first that fits. */
public enum SluicePart {
    FRONT_END("front end: HTTP", "qtp.*"),
    CALLBACKS("front end: answers of the ledger", "sluice-client-callbacks.*"),
    LEASES("front end: leases, deadlines, pings", "sluice-client-(leases|deadlines|pings).*"),
    REPLIES("front end: reader of replies", "sluice-client-replies.*"),
    REQUEST_PRODUCER("front end: producers", "kafka-producer-network-thread \\| producer-.*"),
    FOLLOWERS("front end: other readers", "sluice-client-.*"),
    SIDE_APPS("usage roll-ups and rules writer", ".*sluice-(usage|rules)-.*"),
    STREAM_THREAD("streams app: stream thread", "sluice-[0-9a-f-]+-StreamThread-[0-9]+"),
    STREAMS_PRODUCER("streams app: producer", "kafka-producer-network-thread \\| sluice-.*"),
    STREAMS_OTHER("streams app: queues, writer, clean-up", "sluice-(send|store|[0-9a-f]{8}-).*"),
    BROKER_REQUESTS("broker: request handlers", "data-plane-kafka-request-handler-.*"),
    BROKER_NETWORK("broker: network threads", "data-plane-kafka-(network|socket).*"),
    BROKER_OTHER(
            "broker: everything else",
            "(AddPartitions|TxnMarker|Expiration|broker-|controller-|quorum-|raft-|kafka-[0-9]|kafka-log"
                    + "|kafka-scheduler|group-|share-|transaction-|executor-|persister|Persister|metrics-meter"
                    + "|Sensor|LogDir|client-metrics|network-partition).*"),
    OTHER("other threads", ".*");

    private final String text;
    private final Pattern threads;

    SluicePart(String text, String threads) {
        this.text = text;
        this.threads = Pattern.compile(threads);
    }

    /** The part that a thread of this name works for. */
    public static SluicePart of(String threadName) {
        return Stream.of(values())
                .filter(part -> part.threads.matcher(threadName).matches())
                .findFirst()
                .orElse(OTHER);
    }

    public String text() {
        return text;
    }
}
