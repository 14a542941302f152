package io.sluice.schemas.topic;

import static io.sluice.schemas.topic.KafkaRole.ADMIN_FRONT_END;
import static io.sluice.schemas.topic.KafkaRole.ANALYST;
import static io.sluice.schemas.topic.KafkaRole.AUDITOR;
import static io.sluice.schemas.topic.KafkaRole.BATCH_PRODUCER;
import static io.sluice.schemas.topic.KafkaRole.FRONT_END;
import static io.sluice.schemas.topic.KafkaRole.OPERATOR;
import static io.sluice.schemas.topic.KafkaRole.STREAMS_APP;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The catalogue of all topics that Sluice reads or writes: the one source for code, access lists, manifests and
 * documents.
 */
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
    public static final String USAGE_QUERIES = "sluice.usage-queries.v1";

    /** The largest request record: room for a ruleset; an admission is bounded by {@link #ADMISSION_BYTES_MAX}. */
    public static final int REQUEST_BYTES_MAX = 1_048_576;
    /** The largest admission, over REST and on the topic. */
    public static final int ADMISSION_BYTES_MAX = 65_536;
    /** The most bytes that key, headers and batch may add to the value of a record that Sluice writes. */
    public static final int ENVELOPE_BYTES_MAX = 16_384;
    /** The largest value of a reply, decision, profile, audit entry or revision. */
    public static final int OUTPUT_BYTES_MAX = REQUEST_BYTES_MAX - ENVELOPE_BYTES_MAX;
    /** The largest value of an alert. */
    public static final int ALERT_BYTES_MAX = 65_536;
    /** The part of a refused record's value in its dead letter: all of an admission, the beginning of a ruleset. */
    public static final int DEAD_LETTER_VALUE_BYTES_MAX = ADMISSION_BYTES_MAX;
    /** The part of a refused record's key in its dead letter. */
    public static final int DEAD_LETTER_KEY_BYTES_MAX = 1_024;
    /** The largest record of a changelog: the buckets of one scope value, or one ruleset. */
    public static final int STATE_BYTES_MAX = 16 * 1_048_576;

    /** Room for the largest alert or dead letter, and for a batch of smaller ones. */
    private static final int SMALL_BATCH_BYTES_MAX = 131_072;

    private static final String HOUR_MILLIS = Long.toString(3_600_000L);
    private static final String WEEK_MILLIS = Long.toString(7L * 24 * 3_600_000L);
    private static final String FIVE_WEEKS_MILLIS = Long.toString(35L * 24 * 3_600_000L);

    private TopicCatalogue() {}

    /**
     * Every topic.
     *
     * @param requestPartitions partitions of the request topic, fixed for ever: a key's buckets live where its
     *     partition is
     * @param replyPartitions partitions of the reply topic: one for each front-end instance is best
     */
    public static List<TopicSpec> topics(int requestPartitions, int replyPartitions) {
        int largest = REQUEST_BYTES_MAX;
        Map<String, String> compacted = sized(Map.of("cleanup.policy", "compact"), largest);
        Map<String, String> forEver = sized(deleted("-1"), largest);
        Map<String, String> week = sized(deleted(WEEK_MILLIS), largest);
        Map<String, String> alerts = sized(deleted(WEEK_MILLIS), SMALL_BATCH_BYTES_MAX);
        return List.of(
                topic(REQUESTS, requestPartitions, "account", "requests and control records", requests()),
                topic(REPLIES, replyPartitions, "correlation ID", "verdicts, for the caller", replies()),
                topic(DECISIONS, requestPartitions, "account", "every decision", week),
                // Not compacted: a forged record with the key of a revision must not be able to erase it.
                topic(RULES, 1, "ruleset revision", "every ruleset revision, signed", forEver),
                topic(ACCOUNTS, requestPartitions, "account", "current profiles", compacted),
                topic(AUDIT, 1, "none", "who changed what, and why", forEver),
                topic(USAGE, requestPartitions, "window and account", "usage roll-ups", usage()),
                topic(ALERTS, 1, "none", "thresholds that were crossed, and spikes", alerts),
                topic(DEAD_LETTERS, 1, "as the original", "records that were refused", deadLetters()),
                topic(RULES_COMMANDS, 1, "none", "commands to the rules writer", requests()),
                topic(USAGE_QUERIES, requestPartitions, "none", "queries to the usage roll-ups", queries()));
    }

    private static TopicSpec topic(
            String name, int partitions, String keyedBy, String purpose, Map<String, String> config) {
        return new TopicSpec(name, partitions, keyedBy, purpose, config, access(name));
    }

    /** Who writes and reads a topic: the one source for access lists, manifests and documents. */
    private static TopicAccess access(String topic) {
        return switch (topic) {
            // A reader of requests sees reply addresses, and could have replies to other requests sent there.
            case REQUESTS ->
                TopicAccess.writtenBy(STREAMS_APP, FRONT_END, ADMIN_FRONT_END, BATCH_PRODUCER, OPERATOR)
                        .readBy(STREAMS_APP);
            case REPLIES -> TopicAccess.writtenBy(STREAMS_APP).readBy(FRONT_END, ADMIN_FRONT_END, OPERATOR);
            // The usage roll-ups, which the streams app hosts, add decisions up. Front ends show accounts their own.
            case DECISIONS ->
                TopicAccess.writtenBy(STREAMS_APP).readBy(STREAMS_APP, FRONT_END, ADMIN_FRONT_END, ANALYST, OPERATOR);
            case RULES ->
                TopicAccess.writtenBy(STREAMS_APP).readBy(STREAMS_APP, FRONT_END, ADMIN_FRONT_END, AUDITOR, OPERATOR);
            case ACCOUNTS -> TopicAccess.writtenBy(STREAMS_APP).readBy(ANALYST);
            case AUDIT -> TopicAccess.writtenBy(STREAMS_APP).readBy(ADMIN_FRONT_END, AUDITOR, OPERATOR);
            case USAGE -> TopicAccess.writtenBy(STREAMS_APP).readBy(ANALYST, OPERATOR);
            // The streams app posts them to webhooks. The admin port shows them.
            case ALERTS -> TopicAccess.writtenBy(STREAMS_APP).readBy(STREAMS_APP, ADMIN_FRONT_END, ANALYST, OPERATOR);
            case DEAD_LETTERS -> TopicAccess.writtenBy(STREAMS_APP).readBy(OPERATOR);
            case RULES_COMMANDS ->
                TopicAccess.writtenBy(ADMIN_FRONT_END, OPERATOR).readBy(STREAMS_APP);
            // A query names no caller: a front end asks only for accounts that its caller may see.
            case USAGE_QUERIES ->
                TopicAccess.writtenBy(FRONT_END, ADMIN_FRONT_END).readBy(STREAMS_APP);
            default -> throw new IllegalArgumentException("topic: " + topic + " (expected: one of the catalogue)");
        };
    }

    /** The largest value that Sluice writes to one of these topics. */
    public static int valueBytesMax(String topic) {
        return switch (topic) {
            case ALERTS -> ALERT_BYTES_MAX;
            case DEAD_LETTERS -> DEAD_LETTER_VALUE_BYTES_MAX;
            default -> OUTPUT_BYTES_MAX;
        };
    }

    private static Map<String, String> requests() {
        Map<String, String> config = new TreeMap<>(sized(deleted(WEEK_MILLIS), REQUEST_BYTES_MAX));
        config.put("message.timestamp.type", "LogAppendTime");
        // Unknown clients may write here. The broker unpacks compressed records, and checks them against the bound: a
        // small record that unpacks to a huge one is refused on write, and is never read.
        config.put("compression.type", "uncompressed");
        return config;
    }

    /** A later record replaces an earlier one of its key; after five weeks both are gone. */
    private static Map<String, String> usage() {
        Map<String, String> config = new TreeMap<>(sized(deleted(FIVE_WEEKS_MILLIS), REQUEST_BYTES_MAX));
        config.put("cleanup.policy", "compact,delete");
        return config;
    }

    /** No caller waits longer for an answer. */
    private static Map<String, String> queries() {
        Map<String, String> config = new TreeMap<>(sized(deleted(Long.toString(300_000)), SMALL_BATCH_BYTES_MAX));
        config.put("segment.ms", "60000");
        config.put("message.timestamp.type", "LogAppendTime");
        config.put("compression.type", "uncompressed");
        return config;
    }

    private static Map<String, String> replies() {
        Map<String, String> config = new TreeMap<>(sized(deleted(Long.toString(300_000)), REQUEST_BYTES_MAX));
        config.put("segment.ms", "60000");
        return config;
    }

    private static Map<String, String> deadLetters() {
        return sized(deleted(WEEK_MILLIS), SMALL_BATCH_BYTES_MAX);
    }

    private static Map<String, String> sized(Map<String, String> config, int bytesMax) {
        Map<String, String> sized = new TreeMap<>(config);
        sized.put("max.message.bytes", Integer.toString(bytesMax));
        return sized;
    }

    private static Map<String, String> deleted(String retentionMillis) {
        return Map.of("cleanup.policy", "delete", "retention.ms", retentionMillis, "segment.ms", HOUR_MILLIS);
    }
}
