package io.sluice.client;

import java.time.Duration;
import java.util.Map;

/**
 * The connection settings of a Kafka-backed {@link Admissions}.
 *
 * @param kafka Kafka client properties, {@code bootstrap.servers} among them; they override the defaults
 * @param replyOrdinal number of this instance among its kind, which picks its reply partition; negative to take the
 *     one that is used least. Two instances on one partition are harmless: each skips the other's replies
 * @param pendingMax requests that may wait for their answers at once; further ones are unavailable at once
 * @param failurePolicy the answer to callers when no verdict came in time
 * @param pingInterval how often each request partition is pinged
 * @param waitSharePercent the share of its deadline that a request may be expected to wait for its verdict; one that
 *     would wait longer is unavailable at once, and is not sent
 * @param repliesRememberedMax replies that later ones to the same requests are compared with; 0 compares none
 */
public record ClientConfig(
        Map<String, String> kafka,
        int replyOrdinal,
        int pendingMax,
        FailurePolicy failurePolicy,
        Duration pingInterval,
        int waitSharePercent,
        int repliesRememberedMax) {

    public static final int PENDING_MAX = 20_000;
    public static final int REPLIES_REMEMBERED_MAX = 10_000;
    /** Room for a minute of the fastest front end. */
    private static final int REPLIES_REMEMBERED_MOST = 1_000_000;

    public static final int WAIT_SHARE_PERCENT = 75;

    public ClientConfig {
        kafka = Map.copyOf(kafka);
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("bootstrap.servers: missing (expected: host:port[,host:port...])");
        }
        if (pendingMax < 1) {
            throw new IllegalArgumentException("pendingMax: " + pendingMax + " (expected: at least 1)");
        }
        if (pingInterval.toMillis() < 1) {
            throw new IllegalArgumentException("pingInterval: " + pingInterval + " (expected: at least 1 ms)");
        }
        if (waitSharePercent < 1 || waitSharePercent > 100) {
            throw new IllegalArgumentException("waitSharePercent: " + waitSharePercent + " (expected: 1..100)");
        }
        if (repliesRememberedMax < 0 || repliesRememberedMax > REPLIES_REMEMBERED_MOST) {
            throw new IllegalArgumentException("repliesRememberedMax: " + repliesRememberedMax + " (expected: 0.."
                    + REPLIES_REMEMBERED_MOST + ")");
        }
    }

    /** With the standard number of remembered replies. */
    public ClientConfig(
            Map<String, String> kafka,
            int replyOrdinal,
            int pendingMax,
            FailurePolicy failurePolicy,
            Duration pingInterval,
            int waitSharePercent) {
        this(kafka, replyOrdinal, pendingMax, failurePolicy, pingInterval, waitSharePercent, REPLIES_REMEMBERED_MAX);
    }

    /** The same, with another number of remembered replies. */
    public ClientConfig remembering(int newRepliesRememberedMax) {
        return new ClientConfig(
                kafka,
                replyOrdinal,
                pendingMax,
                failurePolicy,
                pingInterval,
                waitSharePercent,
                newRepliesRememberedMax);
    }

    /** With the standard share of a deadline. */
    public ClientConfig(
            Map<String, String> kafka,
            int replyOrdinal,
            int pendingMax,
            FailurePolicy failurePolicy,
            Duration pingInterval) {
        this(kafka, replyOrdinal, pendingMax, failurePolicy, pingInterval, WAIT_SHARE_PERCENT);
    }

    public static ClientConfig standard(Map<String, String> kafka) {
        return new ClientConfig(kafka, -1, PENDING_MAX, FailurePolicy.ERROR, Duration.ofSeconds(5));
    }
}
