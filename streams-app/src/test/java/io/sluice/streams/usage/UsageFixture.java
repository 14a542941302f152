package io.sluice.streams.usage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.UsageCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.store.RocksDbMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The roll-ups of one partition under {@link TopologyTestDriver}, on real RocksDB, with time in the test's hands. */
final class UsageFixture implements AutoCloseable {
    static final long MIDNIGHT = 1_699_920_000_000L;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> decisions;
    private final TestOutputTopic<byte[], byte[]> usage;
    private final TestOutputTopic<byte[], byte[]> alerts;
    /** By window, beginning and account. */
    private final Map<String, UsageRecord> latest = new LinkedHashMap<>();

    private final List<UsageRecord> written = new ArrayList<>();
    private long nowMillis = MIDNIGHT;

    UsageFixture(Path stateDir, UsageBounds bounds) {
        UsageConfig config = new UsageConfig(Map.of("bootstrap.servers", "none:1"), stateDir, 1, bounds);
        Properties properties = UsageApp.properties(config, memory);
        properties.put("replication.factor", 1);
        driver = new TopologyTestDriver(
                UsageTopology.build(bounds, /* replyPartitions= */ 2, new UsageMetrics(registry)),
                properties,
                Instant.ofEpochMilli(MIDNIGHT));
        ByteArraySerializer in = new ByteArraySerializer();
        ByteArrayDeserializer out = new ByteArrayDeserializer();
        decisions = driver.createInputTopic(TopicCatalogue.DECISIONS, in, in);
        usage = driver.createOutputTopic(TopicCatalogue.USAGE, out, out);
        alerts = driver.createOutputTopic(TopicCatalogue.ALERTS, out, out);
    }

    void at(long millisOfDay) {
        nowMillis = MIDNIGHT + millisOfDay;
    }

    void decide(DecisionRecord record) {
        pipe(DecisionCodec.encode(record));
    }

    void pipe(byte[] value) {
        decisions.pipeInput(
                new TestRecord<>("key".getBytes(StandardCharsets.UTF_8), value, Instant.ofEpochMilli(nowMillis)));
    }

    /** An admission of this client, in this tier, that the limit {@code per-client} allowed or denied. */
    static Decision decision(String clientId, long cost, boolean allowed) throws WireException {
        return decision(AdmissionRequest.of(clientId).cost(cost), allowed, "free");
    }

    static Decision decision(AdmissionRequest.Builder admission, boolean allowed, String tier) throws WireException {
        AdmissionRequest request = admission.build();
        LimitStatus limit = LimitStatus.of("per-client", request.clientId().text())
                .limit(20)
                .retryAfterMillis(allowed ? 0L : 500L)
                .build();
        VerdictDetails details = VerdictDetails.of(allowed ? VerdictCode.ALLOW : VerdictCode.DENY)
                .tier(tier)
                .routeTemplate("/v1/{id}")
                .decidingLimit(limit)
                .retryAfterMillis(limit.retryAfterMillis())
                .limits(List.of(limit))
                .build();
        return new Decision("0-0", request, allowed ? request.cost() : 0, details);
    }

    /** An admission that a limit by account, of a window of 30 days, has allowed. */
    static Decision quota(String account, long cost, long limit, long remaining, long resetAfterMillis)
            throws WireException {
        AdmissionRequest request =
                AdmissionRequest.of(account + "/app").cost(cost).build();
        LimitStatus monthly = LimitStatus.of("monthly", "")
                .limit(limit)
                .remaining(remaining)
                .windowMillis(Duration.ofDays(30).toMillis())
                .resetAfterMillis(resetAfterMillis)
                .nextTokenMillis(resetAfterMillis)
                .retryAfterMillis(0L)
                .build();
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW)
                .tier("free")
                .decidingLimit(monthly)
                .retryAfterMillis(0L)
                .limits(List.of(monthly))
                .build();
        return new Decision("0-0", request, cost, details);
    }

    /** A watch that alerts to no burn rate. */
    static BurnWatch noBurn(KeyValueStore<Bytes, byte[]> store) {
        BurnBounds off = new BurnBounds(0, Duration.ofHours(12), Duration.ZERO, 1);
        UsageMetrics metrics = new UsageMetrics(new SimpleMeterRegistry());
        return new BurnWatch(store, off, metrics.burn(), alert -> {}, new UsageEntryReader(metrics));
    }

    /** Wall clock time passes, and nothing is decided. */
    void silence(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Alerts since the last call. */
    List<Alert> alerts() throws WireException {
        List<Alert> decoded = new ArrayList<>();
        for (byte[] value : alerts.readValuesToList()) {
            decoded.add(AlertCodec.decode(value));
        }
        return decoded;
    }

    /** Records written since the last call. */
    List<UsageRecord> written() {
        written.clear();
        for (byte[] value : usage.readValuesToList()) {
            UsageRecord record = decoded(value);
            written.add(record);
            latest.put(record.window() + " " + record.fromMillis() + " " + record.account(), record);
        }
        return List.copyOf(written);
    }

    private static UsageRecord decoded(byte[] value) {
        try {
            return UsageCodec.decode(value);
        } catch (WireException e) {
            throw new AssertionError("a usage record cannot be read", e);
        }
    }

    /** The rows of the last record of a window. */
    List<UsageRow> rows(UsageWindow window, long millisOfDay, String account) {
        written();
        UsageRecord record = latest.get(window + " " + (MIDNIGHT + millisOfDay) + " " + account);
        return record == null ? List.of() : record.rows();
    }

    /** The requests in a window, by outcome. */
    Map<String, Long> requests(UsageWindow window, long millisOfDay, String account) {
        Map<String, Long> requests = new LinkedHashMap<>();
        rows(window, millisOfDay, account).stream()
                .filter(UsageRow::countsRequests)
                .forEach(row -> requests.merge(row.outcome().wireName(), row.requests(), Long::sum));
        return requests;
    }

    double counter(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
