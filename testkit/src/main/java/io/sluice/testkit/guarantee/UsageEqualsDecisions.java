package io.sluice.testkit.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.UsageCodec;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.testkit.broker.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * The usage topic says what the decision topic says, record by record added up here once more, by other code: requests
 * by answer and tokens of every account in every minute, and what every limit refused.
 */
public final class UsageEqualsDecisions {
    /** Accounts and limits have no blanks. */
    private static final String OF_LIMIT = " limit ";

    private final Map<String, Sum> expected = new TreeMap<>();
    private final Map<String, Sum> actual = new TreeMap<>();

    private UsageEqualsDecisions() {}

    /** What is compared. */
    private record Sum(long allowed, long denied, long charged) {
        private static final Sum NOTHING = new Sum(0, 0, 0);

        private Sum plus(Sum other) {
            return new Sum(allowed + other.allowed, denied + other.denied, charged + other.charged);
        }
    }

    /** Reads both topics to their ends, and compares. */
    public static void check(String bootstrapServers) {
        List<ConsumerRecord<byte[], byte[]>> usage =
                TopicReader.readAll(bootstrapServers, TopicCatalogue.USAGE, IsolationLevel.READ_COMMITTED);
        check(TopicReader.readAll(bootstrapServers, TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED), usage);
    }

    /** Compares the committed records of both topics. */
    public static void check(
            List<ConsumerRecord<byte[], byte[]>> decisions, List<ConsumerRecord<byte[], byte[]>> usage) {
        UsageEqualsDecisions sums = new UsageEqualsDecisions();
        decisions.forEach(sums::addDecision);
        latest(usage).values().forEach(sums::addUsage);
        sums.expected.values().removeIf(Sum.NOTHING::equals);
        sums.actual.values().removeIf(Sum.NOTHING::equals);
        assertThat(sums.actual).as("usage by minute, account and limit").isEqualTo(sums.expected);
    }

    /**
     * What the usage topic says of all accounts together.
     *
     * @param allowed requests
     * @param denied requests
     * @param charged tokens taken, less those that went back
     */
    public record Totals(long allowed, long denied, long charged) {}

    /** Adds up the minutes of all accounts. */
    public static Totals totals(String bootstrapServers) {
        UsageEqualsDecisions sums = new UsageEqualsDecisions();
        latest(TopicReader.readAll(bootstrapServers, TopicCatalogue.USAGE, IsolationLevel.READ_COMMITTED))
                .values()
                .forEach(sums::addUsage);
        Sum total = Sum.NOTHING;
        for (Map.Entry<String, Sum> sum : sums.actual.entrySet()) {
            if (!sum.getKey().contains(OF_LIMIT)) {
                total = total.plus(sum.getValue());
            }
        }
        return new Totals(total.allowed(), total.denied(), total.charged());
    }

    private static Map<String, byte[]> latest(List<ConsumerRecord<byte[], byte[]>> usage) {
        Map<String, byte[]> latest = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : usage) {
            latest.put(record.partition() + " " + new String(record.key(), StandardCharsets.UTF_8), record.value());
        }
        return latest;
    }

    private void addUsage(byte[] value) {
        UsageRecord record;
        try {
            record = UsageCodec.decode(value);
        } catch (WireException e) {
            throw new AssertionError("a usage record cannot be read", e);
        }
        if (record.window() != UsageWindow.MINUTE) {
            return;
        }
        for (UsageRow row : record.rows()) {
            boolean refused = row.outcome().refuses();
            if (row.countsRequests()) {
                Sum sum = new Sum(refused ? 0 : row.requests(), refused ? row.requests() : 0, row.charged());
                actual.merge(key(record.fromMillis(), record.account(), ""), sum, Sum::plus);
            } else if (refused || row.outcome() == UsageOutcome.TAGGED) {
                Sum sum = new Sum(0, row.requests(), 0);
                actual.merge(key(record.fromMillis(), record.account(), row.limitId()), sum, Sum::plus);
            }
        }
    }

    private void addDecision(ConsumerRecord<byte[], byte[]> record) {
        DecisionRecord decision;
        try {
            decision = DecisionCodec.read(record.value());
        } catch (WireException e) {
            throw new AssertionError("a decision cannot be read", e);
        }
        long minute = UsageWindow.MINUTE.startOf(record.timestamp());
        String account = accountOf(decision);
        Sum sum = new Sum(decision.allowed(), decision.denied(), decision.charged());
        expected.merge(key(minute, account, ""), sum, Sum::plus);
        if (decision instanceof Decision admission) {
            addRefusals(minute, account, admission.details(), 1);
        } else if (decision instanceof BatchDecision batch) {
            addRefusals(
                    minute, account, batch.details(), batch.request().checks().size());
        }
    }

    private void addRefusals(long minute, String account, VerdictDetails details, long requests) {
        // A batch tells each bucket of a limit; the limit refused its requests once.
        Set<String> refusing = new HashSet<>();
        for (LimitStatus limit : details.limits()) {
            if (limit.enforced() && limit.refused() && refusing.add(limit.id())) {
                expected.merge(key(minute, account, limit.id()), new Sum(0, requests, 0), Sum::plus);
            }
        }
    }

    private static String accountOf(DecisionRecord record) {
        if (record instanceof Decision decision) {
            return decision.request().clientId().account();
        }
        if (record instanceof BatchDecision batch) {
            return batch.request().account();
        }
        if (record instanceof SettlementRecord end) {
            return end.settlement().clientId().account();
        }
        return record instanceof LeaseRecord lease
                ? lease.request().admission().clientId().account()
                : ((LeaseReportRecord) record).clientId().account();
    }

    private static String key(long minute, String account, String limitId) {
        return minute + " " + account + (limitId.isEmpty() ? "" : OF_LIMIT + limitId);
    }
}
