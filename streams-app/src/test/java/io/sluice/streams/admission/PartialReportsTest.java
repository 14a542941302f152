package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.state.LedgerStore;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.PartitionStoreBuilder;
import io.sluice.streams.topology.Names;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record of several lease reports, one of which meets a defect that nobody foresaw. */
final class PartialReportsTest {
    private static final String BROKEN = "broken";

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        AdmissionMetrics metrics = new AdmissionMetrics(registry);
        AdmissionConfig config = new AdmissionConfig(
                1,
                1,
                TestKeys.TRUSTED,
                Duration.ofSeconds(1),
                100,
                1_000,
                (partition, reason) -> {},
                MessageKey.of(TestKeys.RULES, OracleConfig.PLACE));
        ByteArraySerializer bytes = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource(
                        Names.REQUESTS_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.REQUESTS)
                .addProcessor(
                        Names.ADMISSION_PROCESSOR,
                        () -> new AdmissionProcessor(
                                config,
                                metrics,
                                new CompiledRulesets(),
                                OpenTelemetry.noop(),
                                PartialReportsTest::withADefect),
                        Names.REQUESTS_SOURCE)
                .addStateStore(
                        new PartitionStoreBuilder(
                                Names.STATE_STORE, /* changelog= */ null, 1_000, Runnable::run, metrics),
                        Names.ADMISSION_PROCESSOR)
                .addSink(Names.DECISIONS_SINK, TopicCatalogue.DECISIONS, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(Names.DEAD_LETTERS_SINK, TopicCatalogue.DEAD_LETTERS, bytes, bytes, Names.ADMISSION_PROCESSOR);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "sluice");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(topology, properties);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    /** The partition's state, except that the profile of one account cannot be read. */
    private static LedgerStore withADefect(LedgerStore store) {
        return (LedgerStore) Proxy.newProxyInstance(
                LedgerStore.class.getClassLoader(), new Class<?>[] {LedgerStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("profile") && BROKEN.equals(args[0])) {
                        throw new IllegalStateException("the profile of " + BROKEN);
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void shouldCountTheOthersAndSaySo_whenOneReportFails() throws Exception {
        // When
        send(denials("acme", 7), denials(BROKEN, 5), denials("beta", 3), denials(BROKEN, 5));

        // Then
        List<LeaseReportRecord> counted = driver
                .createOutputTopic(TopicCatalogue.DECISIONS, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readValuesToList()
                .stream()
                .map(PartialReportsTest::read)
                .toList();
        assertThat(counted).extracting(LeaseReportRecord::entry).containsExactly(0, 2);
        assertThat(counted).extracting(LeaseReportRecord::denied).containsExactly(7L, 3L);
        List<TestRecord<byte[], byte[]>> deadLetters = driver.createOutputTopic(
                        TopicCatalogue.DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
        assertThat(deadLetters).singleElement().satisfies(letter -> {
            assertThat(header(letter, "sluice.reason")).isEqualTo("internal");
            assertThat(header(letter, "sluice.field")).isEqualTo("reports[1]");
            assertThat(header(letter, "sluice.detail"))
                    .isEqualTo("the processor failed on this report, and on 1 more;"
                            + " the other reports of the record count");
        });
    }

    private void send(LeaseReport... reports) {
        driver.createInputTopic(TopicCatalogue.REQUESTS, new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(null, RequestCodec.encode(new LeaseReports(List.of(reports))));
    }

    private static LeaseReport denials(String account, long denied) throws Exception {
        AdmissionRequest admission =
                AdmissionRequest.of(account + "/ada").cost(0).build();
        return new LeaseReport(admission, /* leaseId= */ null, 0, 0, denied);
    }

    private static LeaseReportRecord read(byte[] value) {
        try {
            return (LeaseReportRecord) DecisionCodec.read(value);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
