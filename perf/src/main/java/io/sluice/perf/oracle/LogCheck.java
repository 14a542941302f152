package io.sluice.perf.oracle;

import io.sluice.perf.Await;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares what was admitted with what the log allows.
 *
 * <p>The log oracle decides the request topic again, partition by partition. Then every decision on the decision topic
 * is compared with its own: tokens charged beyond it are over-admitted. What a caller saw admitted may not be more than
 * the log took from its client, less what was given back. The log takes by admissions and by whatever else debits
 * tokens in advance.
 */
public final class LogCheck {
    private static final long NO_REQUEST = -1;

    private final String bootstrapServers;
    private final OracleConfig config;
    private final Map<Integer, long[]> expectedCharges = new HashMap<>();
    private final Map<String, Long> debitedByClient = new HashMap<>();
    private long requests;
    private long overCharged;

    private LogCheck(String bootstrapServers, OracleConfig config) {
        this.bootstrapServers = bootstrapServers;
        this.config = config;
    }

    /** Decides the request topic again as it stands. */
    public static LogCheck of(String bootstrapServers, TrustedKeys keys) {
        int replyPartitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REPLIES);
        return of(bootstrapServers, new OracleConfig(keys, replyPartitions));
    }

    /** The same where partitions have sent each other messages. */
    public static LogCheck of(String bootstrapServers, TrustedKeys keys, SigningKey rules) {
        int replyPartitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REPLIES);
        return of(bootstrapServers, new OracleConfig(keys, replyPartitions, rules).on(bootstrapServers));
    }

    private static LogCheck of(String bootstrapServers, OracleConfig config) {
        LogCheck check = new LogCheck(bootstrapServers, config);
        List<TopicPartition> partitions = TopicReader.partitions(bootstrapServers, TopicCatalogue.REQUESTS);
        partitions.forEach(partition -> check.evaluate(partition, partitions.size()));
        return check;
    }

    private void evaluate(TopicPartition partition, int partitionCount) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicReader.read(bootstrapServers, List.of(partition), IsolationLevel.READ_COMMITTED, records::add);
        int end = records.isEmpty()
                ? 0
                : Math.toIntExact(records.get(records.size() - 1).offset() + 1);
        long[] charges = new long[end];
        Arrays.fill(charges, NO_REQUEST);
        LogOracle.replayOne(partition, records, partitionCount, config, expected -> {
            charges[offset(expected.decisionId())] = expected.charged();
            requests++;
        });
        expectedCharges.put(partition.partition(), charges);
    }

    /** Admission requests in the log. */
    public long requests() {
        return requests;
    }

    private static int partition(String decisionId) {
        return Integer.parseInt(decisionId.substring(0, decisionId.indexOf('-')));
    }

    private static int offset(String decisionId) {
        return Integer.parseInt(decisionId.substring(decisionId.indexOf('-') + 1));
    }

    /** What the oracle expects a decision to charge; negative if it knows of no such admission. */
    private long expectedCharge(String decisionId) {
        long[] charges = expectedCharges.get(partition(decisionId));
        int offset = offset(decisionId);
        return charges == null || offset >= charges.length ? NO_REQUEST : charges[offset];
    }

    /**
     * Compares every decision.
     *
     * @param decisions how many apps have decided the log
     * @throws ScenarioFailedException if decisions are missing, or more tokens were taken than the log allows
     */
    public LogCheck decisions(int decisions) throws ScenarioFailedException, InterruptedException {
        long[] found = {0};
        Await.until(decisions + " decisions for each of " + requests + " requests", () -> {
            found[0] = 0;
            overCharged = 0;
            debitedByClient.clear();
            TopicReader.read(
                    bootstrapServers,
                    TopicReader.partitions(bootstrapServers, TopicCatalogue.DECISIONS),
                    IsolationLevel.READ_COMMITTED,
                    record -> found[0] += compare(LoggedCharge.read(record.value())));
            return found[0] >= requests * decisions;
        });
        if (found[0] != requests * decisions) {
            throw new ScenarioFailedException("decisions: " + found[0] + " (expected: " + requests * decisions
                    + ", one for each request and app)");
        }
        return this;
    }

    private int compare(LoggedCharge charge) {
        String client = charge.chargedClient();
        if (client != null) {
            debitedByClient.merge(client, charge.charged(), Long::sum);
        }
        long expected = charge.decisionId() == null ? NO_REQUEST : expectedCharge(charge.decisionId());
        if (expected == NO_REQUEST) {
            return 0;
        }
        overCharged += Math.max(0, charge.charged() - expected);
        return 1;
    }

    /**
     * Checks that every request has a reply from every app; one may have been sent twice.
     *
     * @throws ScenarioFailedException if replies are missing
     */
    public LogCheck replies(int decisions) throws ScenarioFailedException {
        Map<Integer, int[]> counts = new HashMap<>();
        expectedCharges.forEach((partition, charges) -> counts.put(partition, new int[charges.length]));
        TopicReader.read(
                bootstrapServers,
                TopicReader.partitions(bootstrapServers, TopicCatalogue.REPLIES),
                IsolationLevel.READ_UNCOMMITTED,
                record -> {
                    String decisionId = LoggedCharge.read(record.value()).decisionId();
                    if (decisionId != null && expectedCharge(decisionId) != NO_REQUEST) {
                        counts.getOrDefault(partition(decisionId), new int[0])[offset(decisionId)]++;
                    }
                });
        long missing = 0;
        for (Map.Entry<Integer, long[]> entry : expectedCharges.entrySet()) {
            int[] count = counts.getOrDefault(entry.getKey(), new int[0]);
            for (int offset = 0; offset < count.length; offset++) {
                missing += entry.getValue()[offset] == NO_REQUEST ? 0 : Math.max(0, decisions - count[offset]);
            }
        }
        if (missing > 0) {
            throw new ScenarioFailedException("replies missing: " + missing + " of " + requests * decisions);
        }
        return this;
    }

    /** A row that says how much more was admitted than the log allows, in an app's decisions alone. */
    public Row overAdmission(String scenario) throws ScenarioFailedException {
        return overAdmission(scenario, Map.of());
    }

    /**
     * A row that says how much more was admitted than the log allows.
     *
     * @param seenByClient tokens that callers saw admitted
     * @throws ScenarioFailedException if it is more than zero
     */
    public Row overAdmission(String scenario, Map<String, Long> seenByClient) throws ScenarioFailedException {
        long beyondLog = 0;
        for (Map.Entry<String, Long> seen : seenByClient.entrySet()) {
            beyondLog += Math.max(0, seen.getValue() - debitedByClient.getOrDefault(seen.getKey(), 0L));
        }
        long over = overCharged + beyondLog;
        if (over > 0) {
            throw new ScenarioFailedException("over-admission: " + over + " tokens (expected: 0); " + overCharged
                    + " decided beyond the log oracle, " + beyondLog + " seen beyond the log");
        }
        return Row.of(scenario, "over-admission", "tokens", List.of((double) over))
                .toReach(Goal.atMost(0))
                .noted(String.format(Locale.ROOT, "%,d requests in the log", requests));
    }
}
