package io.sluice.testkit.oracle;

import static org.awaitility.Awaitility.await;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the streams app has written: committed decisions and dead letters, and every verdict, committed or not. */
record ObservedTopics(
        List<Decision> decisions, List<ConsumerRecord<byte[], byte[]>> deadLetters, List<Verdict> verdicts) {
    private static final Logger LOG = LoggerFactory.getLogger(ObservedTopics.class);
    private static final Duration COMPLETE_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(250);

    /** Reads the topics once they are complete; if they do not become so, as they are, for the assertions to tell. */
    static ObservedTopics awaited(String bootstrapServers, LogOracle oracle) {
        awaitCount(bootstrapServers, TopicCatalogue.DECISIONS, oracle.expectedDecisions());
        awaitCount(
                bootstrapServers,
                TopicCatalogue.DEAD_LETTERS,
                oracle.deadLetters().size());
        return new ObservedTopics(
                decisions(committed(bootstrapServers, TopicCatalogue.DECISIONS)),
                committed(bootstrapServers, TopicCatalogue.DEAD_LETTERS),
                verdicts(TopicReader.readAll(
                        bootstrapServers, TopicCatalogue.REPLIES, IsolationLevel.READ_UNCOMMITTED)));
    }

    private static void awaitCount(String bootstrapServers, String topic, long count) {
        try {
            await(count + " records on " + topic)
                    .atMost(COMPLETE_WITHIN)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .until(() -> committed(bootstrapServers, topic).size(), size -> size >= count);
        } catch (ConditionTimeoutException e) {
            LOG.warn("{}; the assertions will name what is missing", e.getMessage());
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> committed(String bootstrapServers, String topic) {
        return TopicReader.readAll(bootstrapServers, topic, IsolationLevel.READ_COMMITTED).stream()
                .filter(ObservedTopics::isOfTheStreamsApp)
                .toList();
    }

    /** The rules writer sets its commands aside on the same topic, and says so. */
    private static boolean isOfTheStreamsApp(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader("sluice.topic") == null;
    }

    private static List<Decision> decisions(List<ConsumerRecord<byte[], byte[]>> records) {
        List<Decision> decisions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                decisions.add(DecisionCodec.decode(record.value()));
            } catch (WireException e) {
                throw unreadable(record, e);
            }
        }
        return decisions;
    }

    private static List<Verdict> verdicts(List<ConsumerRecord<byte[], byte[]>> records) {
        List<Verdict> verdicts = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                Reply reply = ReplyCodec.decode(record.value());
                if (reply instanceof Verdict verdict) {
                    verdicts.add(verdict);
                }
            } catch (WireException e) {
                throw unreadable(record, e);
            }
        }
        return verdicts;
    }

    private static AssertionError unreadable(ConsumerRecord<byte[], byte[]> record, WireException cause) {
        return new AssertionError(
                record.topic() + " " + record.partition() + "-" + record.offset() + " cannot be read", cause);
    }
}
