package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.alerts.AlertQuery;
import io.sluice.client.alerts.AlertQuery.Type;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.RecordPosition;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches of an alert topic that has good records, aborted ones, and some that nobody can read. */
final class KafkaAlertsIT {
    private static final ScanBounds BOUNDS = new ScanBounds(1, 4, 1_000_000, 30_000);
    private static final int WRITTEN = 40;
    private static final byte[] BROKEN = "{\"v\":1,".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static Producer<byte[], byte[]> producer;
    private static KafkaAlerts alerts;

    @BeforeAll
    static void start() throws Exception {
        BROKER.createTopics(1, 1);
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        BROKER.bootstrapServers(),
                        "transactional.id",
                        "alert-writer",
                        "transaction.timeout.ms",
                        "10000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        alerts = connect(BOUNDS);
        producer.beginTransaction();
        for (int number = 0; number < WRITTEN; number++) {
            write(AlertCodec.encode(alert(number)));
        }
        write(BROKEN);
        producer.commitTransaction();
        producer.beginTransaction();
        write(AlertCodec.encode(alert(WRITTEN)));
        producer.flush();
        producer.abortTransaction();
        TopicReader.awaitCommitted(BROKER.bootstrapServers(), TopicCatalogue.ALERTS);
    }

    @AfterAll
    static void stop() {
        alerts.close();
        producer.close();
    }

    private static KafkaAlerts connect(ScanBounds bounds) {
        return KafkaAlerts.start(
                Map.of("bootstrap.servers", BROKER.bootstrapServers()), bounds, new SimpleMeterRegistry());
    }

    private static void write(byte[] value) {
        producer.send(new ProducerRecord<>(TopicCatalogue.ALERTS, 0, null, value));
    }

    /** Every fifth one is a spike, and every fourth one about globex. */
    private static Alert alert(int number) {
        String account = number % 4 == 3 ? "globex" : "acme";
        return number % 5 == 4
                ? new SpikeAlert(account, "", 0, 300_000, 900 + number, 3, 100, 20, 12, 1_000 + number)
                : new ThresholdAlert("0-" + number, account, "calls", "", 800, 80, 100, true, 1, 1_000 + number);
    }

    private static FoundPage page(KafkaAlerts from, AlertQuery query) throws Exception {
        RecentAlerts.Answer answer = from.page(query).get(60, TimeUnit.SECONDS);
        assertThat(answer).isInstanceOf(RecentAlerts.Found.class);
        return ((RecentAlerts.Found) answer).page();
    }

    /** The offsets of all pages. */
    private static List<Long> walk(KafkaAlerts from, AlertQuery query) throws Exception {
        List<Long> offsets = new ArrayList<>();
        FoundPage page = page(from, query);
        offsets.addAll(offsets(page));
        while (page.next() != null) {
            page = page(from, query.before(page.next()));
            offsets.addAll(offsets(page));
        }
        return offsets;
    }

    private static List<Long> offsets(FoundPage page) {
        return page.records().stream().map(alert -> alert.position().offset()).toList();
    }

    private static List<Long> newestFirst(IntPredicate which) {
        List<Long> offsets = new ArrayList<>(List.of((long) WRITTEN));
        IntStream.range(0, WRITTEN)
                .map(at -> WRITTEN - 1 - at)
                .filter(which)
                .forEach(number -> offsets.add((long) number));
        return offsets;
    }

    @Test
    void shouldNeitherRepeatNorMiss_whenReadByPages() throws Exception {
        // When
        FoundPage first = page(alerts, AlertQuery.newest(7));

        // Then: what nobody can read is shown as such, and what was aborted is not there
        FoundRecord broken = first.records().get(0);
        assertThat(broken.position()).isEqualTo(new RecordPosition(0, WRITTEN));
        assertThat(broken.unknown()).isNotBlank();
        assertThat(first.unknown()).isEqualTo(1);
        assertThat(first.records().get(1).json()).contains("\"account\":\"globex\"", "\"decidedAtMillis\":1039");
        assertThat(walk(alerts, AlertQuery.newest(7))).isEqualTo(newestFirst(number -> true));
        assertThat(walk(alerts, AlertQuery.newest(500))).isEqualTo(newestFirst(number -> true));
    }

    @Test
    void shouldShowOnlyThose_whenFiltered() throws Exception {
        // When / Then
        assertThat(walk(alerts, AlertQuery.newest(3).of("globex"))).isEqualTo(newestFirst(number -> number % 4 == 3));
        assertThat(walk(alerts, new AlertQuery(null, null, Type.SPIKE, 3, null)))
                .isEqualTo(newestFirst(number -> number % 5 == 4));
        assertThat(walk(alerts, new AlertQuery("acme", "calls", Type.THRESHOLD, 100, null)))
                .isEqualTo(newestFirst(number -> number % 4 != 3 && number % 5 != 4));
        assertThat(walk(alerts, new AlertQuery(null, "other", null, 100, null))).containsExactly((long) WRITTEN);
    }

    @Test
    void shouldBeRefused_whenThePositionIsOfAnotherPartition() throws Exception {
        // When
        RecentAlerts.Answer answer = alerts.page(AlertQuery.newest(1).before(new RecordPosition(1, 5)))
                .get(60, TimeUnit.SECONDS);

        // Then
        assertThat(answer).isEqualTo(new RecentAlerts.Invalid("before", "partition 1 (expected: 0)"));
    }

    @Test
    void shouldSayThatItIsBusyOrLate_whenKafkaDoesNotAnswer() throws Exception {
        // Given a cluster that is not there
        try (KafkaAlerts silent = KafkaAlerts.start(
                Map.of("bootstrap.servers", "127.0.0.1:9"),
                new ScanBounds(1, 1, 1_000, 1_500),
                new SimpleMeterRegistry())) {
            // When
            List<CompletableFuture<RecentAlerts.Answer>> answers = IntStream.range(0, 3)
                    .mapToObj(at -> silent.page(AlertQuery.newest(1)))
                    .toList();

            // Then
            for (CompletableFuture<RecentAlerts.Answer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(RecentAlerts.Unavailable.class);
            }
            assertThat(((RecentAlerts.Unavailable) answers.get(2).join()).detail())
                    .startsWith("2 searches of this front end run or wait already");
        }
    }
}
