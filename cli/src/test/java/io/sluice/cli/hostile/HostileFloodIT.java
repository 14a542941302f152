package io.sluice.cli.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Ten thousand hostile records over every topic, while the cluster works: it works on, and nobody else notices. */
@Tag("long")
final class HostileFloodIT {
    private static final int RECORDS = 10_000;
    private static final int IN_FLIGHT = 50;
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 4_711;
    private static final int LINES_MAX = 200;
    private static final long HEAP_GROWTH_BYTES_MAX = 200L << 20;
    private static final List<String> BYSTANDERS = List.of("acme/a", "globex/b", "initech/c", "umbrella/d");
    private static final Duration WITHIN = Duration.ofMinutes(3);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldWorkOnUnnoticed_whenEveryTopicIsFlooded(@TempDir Path stateDir) throws Exception {
        // Given bystanders who have taken something
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("io.sluice");
        try (WholeCluster cluster = WholeCluster.start(BROKER.bootstrapServers(), stateDir)) {
            for (String client : BYSTANDERS) {
                cluster.verdict(client, 7);
            }
            Set<String> threads = threads();
            long heap = usedBytes();
            ours.setLevel(Level.INFO);
            root.addAppender(log);

            // When
            long taken = flood();
            long behind = cluster.activate();

            // Then
            cluster.assertAlive();
            assertThat(taken).as("seed %s", SEED).isGreaterThan(RECORDS * 8L / 10);
            assertThat(behind).isEqualTo(2);
            for (String client : BYSTANDERS) {
                assertThat(cluster.remaining(client)).as(client).isEqualTo(WholeCluster.BURST - 7);
            }
            assertThat(threads()).as("threads").containsAll(threads);
            assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
                    .as("log lines")
                    .hasSizeLessThan(LINES_MAX);
            for (String topic : List.of(TopicCatalogue.RULES, TopicCatalogue.AUDIT, TopicCatalogue.REPLIES)) {
                assertThat(cluster.skipped(topic)).as(topic).isGreaterThan(100);
            }
            assertThat(usedBytes() - heap).as("heap growth").isLessThan(HEAP_GROWTH_BYTES_MAX);
            cluster.restartReaders();
            cluster.activate();
        } finally {
            root.detachAppender(log);
            ours.setLevel(null);
        }
        assertAgainstLog();
    }

    private static long flood() throws Exception {
        List<TopicSpec> topics = TopicCatalogue.topics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        HostileRecords hostile = new HostileRecords(SEED);
        Random random = new Random(SEED);
        long taken = 0;
        try (HostileWriter writer = new HostileWriter(BROKER.bootstrapServers())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                sent.add(writer.send(hostile.next(topics.get(random.nextInt(topics.size())))));
                if (sent.size() == IN_FLIGHT || i == RECORDS - 1) {
                    for (Future<RecordMetadata> one : sent) {
                        taken += HostileWriter.isTaken(one) ? 1 : 0;
                    }
                    sent.clear();
                }
            }
        }
        return taken;
    }

    /** The names of all threads that work for Sluice or for Kafka Streams, without the numbers of pools. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** What the streams app wrote is what a fresh ledger expects of the same requests, hostile ones included. */
    private static void assertAgainstLog() {
        LogOracle oracle =
                LogOracle.replay(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        Awaitility.await("every dead letter")
                .atMost(WITHIN)
                .until(() -> own(TopicCatalogue.DEAD_LETTERS).size()
                        >= oracle.deadLetters().size());
        oracle.assertDeadLetters(own(TopicCatalogue.DEAD_LETTERS));
        oracle.assertDecisions(own(TopicCatalogue.DECISIONS).stream()
                .map(HostileFloodIT::decoded)
                .filter(Decision.class::isInstance)
                .map(Decision.class::cast)
                .toList());
        assertThat(oracle.deadLetters()).hasSizeGreaterThan(100);
    }

    /** Committed records that the streams app wrote: not the generator, and not the rules writer. */
    private static List<ConsumerRecord<byte[], byte[]>> own(String topic) {
        return TopicReader.readAll(BROKER.bootstrapServers(), topic, IsolationLevel.READ_COMMITTED).stream()
                .filter(record -> record.headers().lastHeader(HostileRecords.HEADER) == null)
                .filter(record -> record.headers().lastHeader("sluice.topic") == null)
                .toList();
    }

    private static DecisionRecord decoded(ConsumerRecord<byte[], byte[]> record) {
        try {
            return DecisionCodec.read(record.value());
        } catch (WireException e) {
            throw new AssertionError("a decision that cannot be read", e);
        }
    }
}
