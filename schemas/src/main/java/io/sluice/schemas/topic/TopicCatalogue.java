package io.sluice.schemas.topic;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every topic that Sluice reads or writes: the one source for code, compose files, manifests and documents. */
public final class TopicCatalogue {
    public static final String REQUESTS = "sluice.requests.v1";
    public static final String REPLIES = "sluice.replies.v1";
    public static final String DECISIONS = "sluice.decisions.v1";
    public static final String RULES = "sluice.rules.v1";
    public static final String ACCOUNTS = "sluice.accounts.v1";
    public static final String AUDIT = "sluice.audit.v1";
    public static final String USAGE = "sluice.usage.v1";
    public static final String ALERTS = "sluice.alerts.v1";
    public static final String DEAD_LETTERS = "sluice.dead-letters.v1";
    public static final String RULES_COMMANDS = "sluice.rules-commands.v1";

    /** The largest request record: room for a ruleset; an admission is held to {@link #ADMISSION_BYTES_MAX}. */
    public static final int REQUEST_BYTES_MAX = 1_048_576;
    /** The largest admission, over REST and on the topic. */
    public static final int ADMISSION_BYTES_MAX = 65_536;
    /** A dead letter holds a whole request record and its headers. */
    public static final int DEAD_LETTER_BYTES_MAX = 2 * REQUEST_BYTES_MAX;

    private static final String HOUR_MILLIS = Long.toString(3_600_000L);
    private static final String WEEK_MILLIS = Long.toString(7L * 24 * 3_600_000L);

    private TopicCatalogue() {}

    /**
     * Every topic.
     *
     * @param requestPartitions partitions of the request topic, fixed for ever: a key's buckets live where its
     *     partition is
     * @param replyPartitions partitions of the reply topic: one for each front-end instance is best
     */
    public static List<TopicSpec> topics(int requestPartitions, int replyPartitions) {
        Map<String, String> compacted = Map.of("cleanup.policy", "compact");
        Map<String, String> forEver = deleted("-1");
        return List.of(
                new TopicSpec(REQUESTS, requestPartitions, "account", "questions and control records", requests()),
                new TopicSpec(REPLIES, replyPartitions, "correlation ID", "verdicts, for the caller", replies()),
                new TopicSpec(DECISIONS, requestPartitions, "account", "every decision", deleted(WEEK_MILLIS)),
                // Not compacted: a forged record with the key of a revision must not be able to erase it.
                new TopicSpec(RULES, 1, "ruleset revision", "every ruleset revision, signed", forEver),
                new TopicSpec(ACCOUNTS, requestPartitions, "account", "current profiles", compacted),
                new TopicSpec(AUDIT, 1, "none", "who changed what, and why", forEver),
                new TopicSpec(USAGE, requestPartitions, "window and group", "usage roll-ups", deleted(WEEK_MILLIS)),
                new TopicSpec(ALERTS, 1, "none", "thresholds that were crossed", deleted(WEEK_MILLIS)),
                new TopicSpec(DEAD_LETTERS, 1, "as the original", "records that were refused", deadLetters()),
                new TopicSpec(RULES_COMMANDS, 1, "none", "commands to the rules writer", requests()));
    }

    private static Map<String, String> requests() {
        Map<String, String> config = new TreeMap<>(deleted(WEEK_MILLIS));
        config.put("message.timestamp.type", "LogAppendTime");
        config.put("max.message.bytes", Integer.toString(REQUEST_BYTES_MAX));
        return config;
    }

    private static Map<String, String> replies() {
        Map<String, String> config = new TreeMap<>(deleted(Long.toString(300_000)));
        config.put("segment.ms", "60000");
        return config;
    }

    private static Map<String, String> deadLetters() {
        Map<String, String> config = new TreeMap<>(deleted(WEEK_MILLIS));
        config.put("max.message.bytes", Integer.toString(DEAD_LETTER_BYTES_MAX));
        return config;
    }

    private static Map<String, String> deleted(String retentionMillis) {
        return Map.of("cleanup.policy", "delete", "retention.ms", retentionMillis, "segment.ms", HOUR_MILLIS);
    }
}
