package io.sluice.streams;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.engine.state.PartitionClock;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.store.PartitionStore;
import io.sluice.streams.store.RocksDbMemory;
import io.sluice.streams.topology.Names;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology of one partition under {@link TopologyTestDriver}, on real RocksDB, with time in the test's hands. */
final class TopologyFixture implements AutoCloseable {
    static final long START_MILLIS = 1_700_000_000_000L;
    static final int REPLY_PARTITIONS = 3;
    static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> requests;
    private final TestOutputTopic<byte[], byte[]> replies;
    private final TestOutputTopic<byte[], byte[]> decisions;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<byte[], byte[]> alerts;
    private final TestOutputTopic<byte[], byte[]> accounts;
    private final TestOutputTopic<byte[], byte[]> audit;
    private final Queue<Reply> answers = new ArrayDeque<>();
    private final List<Revocation> revocations = new ArrayList<>();
    final List<String> marksAsked = new ArrayList<>();
    private long nowMillis = START_MILLIS;
    private long stampMillis = START_MILLIS;

    TopologyFixture(Path stateDir) {
        this(stateDir, OpenTelemetry.noop());
    }

    /** Of an app that knows ledger versions up to this one. */
    TopologyFixture(Path stateDir, LedgerVersion newest) {
        this(stateDir, OpenTelemetry.noop(), newest);
    }

    /** With spans. */
    TopologyFixture(Path stateDir, OpenTelemetry openTelemetry) {
        this(stateDir, openTelemetry, LedgerVersion.NEWEST);
    }

    private TopologyFixture(Path stateDir, OpenTelemetry openTelemetry, LedgerVersion newest) {
        AdmissionConfig config = new AdmissionConfig(
                        1,
                        REPLY_PARTITIONS,
                        TestKeys.TRUSTED,
                        SWEEP_INTERVAL,
                        100,
                        1_000,
                        (partition, reason) -> marksAsked.add(reason),
                        MessageKey.of(TestKeys.RULES, OracleConfig.PLACE))
                .knowing(newest);
        StreamsAppConfig app = new StreamsAppConfig(
                Map.of("bootstrap.servers", "none:1"), stateDir, TestKeys.TRUSTED, StreamsAppConfig.Limits.standard());
        Properties properties = StreamsProperties.of(app, memory);
        properties.put("replication.factor", 1);
        driver = new TopologyTestDriver(
                AdmissionTopology.build(config, new AdmissionMetrics(registry), Runnable::run, openTelemetry),
                properties,
                Instant.ofEpochMilli(START_MILLIS));
        ByteArraySerializer in = new ByteArraySerializer();
        ByteArrayDeserializer out = new ByteArrayDeserializer();
        requests = driver.createInputTopic(TopicCatalogue.REQUESTS, in, in);
        replies = driver.createOutputTopic(TopicCatalogue.REPLIES, out, out);
        decisions = driver.createOutputTopic(TopicCatalogue.DECISIONS, out, out);
        alerts = driver.createOutputTopic(TopicCatalogue.ALERTS, out, out);
        accounts = driver.createOutputTopic(TopicCatalogue.ACCOUNTS, out, out);
        audit = driver.createOutputTopic(TopicCatalogue.AUDIT, out, out);
        deadLetters = driver.createOutputTopic(TopicCatalogue.DEAD_LETTERS, out, out);
    }

    void activate(long revision, String documentJson) {
        send(null, RequestCodec.encode(TestKeys.RULES.sign(SignedKind.RULES, activation(revision, documentJson))));
    }

    static String activation(long revision, String documentJson) {
        return ActivationCodec.encode(new RulesetActivation(revision, documentJson, "test", "test"));
    }

    /** A document with one limit of 3 tokens and one more each 10 s, by client. */
    static String threePerClient() {
        return "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"10s\"},"
                + "\"burst\":3}]}";
    }

    /** A record at this time; where nobody has asked for long, the app has marked the time before. */
    void send(byte[] key, byte[] value) {
        if (nowMillis - stampMillis > PartitionClock.STEP_MILLIS_MAX) {
            mark(nowMillis);
        }
        pipe(key, value);
    }

    /** A signed mark, of this time by its author's clock. */
    void mark(long markMillis) {
        pipe(
                null,
                RequestCodec.encode(TestKeys.RULES.sign(
                        SignedKind.CLOCK_MARK, ClockMarkCodec.encode(new ClockMark(0, markMillis, "test", "a test")))));
    }

    /** A record at this time, and nothing before. */
    void pipe(byte[] key, byte[] value) {
        stampMillis = nowMillis;
        requests.pipeInput(new TestRecord<>(key, value, Instant.ofEpochMilli(nowMillis)));
    }

    /** A record with headers, and the records that reply to it and that record it. */
    List<TestRecord<byte[], byte[]>> outputs(byte[] key, byte[] value, Headers headers) {
        requests.pipeInput(new TestRecord<>(key, value, headers, Instant.ofEpochMilli(nowMillis)));
        List<TestRecord<byte[], byte[]>> outputs = new ArrayList<>(replies.readRecordsToList());
        outputs.addAll(decisions.readRecordsToList());
        return outputs;
    }

    Verdict ask(AdmissionRequest.Builder admission) throws WireException {
        AdmissionRequest request = admission.build();
        send(keyOf(request), RequestCodec.encode(request.repliedTo(new ReplyAddress(1, "c-" + nowMillis))));
        return (Verdict) onlyReply();
    }

    /** Asks for a lease. */
    LeaseReply lease(AdmissionRequest.Builder admission, long prefetchTokens, long ttlMillis) throws WireException {
        LeaseRequest request = LeaseRequest.checked(admission.build(), prefetchTokens, ttlMillis);
        send(keyOf(request.admission()), RequestCodec.encode(request.repliedTo(new ReplyAddress(1, "c-" + nowMillis))));
        return (LeaseReply) onlyReply();
    }

    /** Tells what became of a lease. */
    void tell(LeaseReport report) {
        send(keyOf(report.admission()), RequestCodec.encode(report));
    }

    /** Tells what became of several leases, in one record. */
    void tell(LeaseReports reports) {
        send(null, RequestCodec.encode(reports));
    }

    /** Commits, cancels or releases. */
    SettlementReply settle(SettleRequest admission) throws WireException {
        RequestRecord request = admission.repliedTo(new ReplyAddress(1, "c-" + nowMillis));
        send(admission.clientId().account().getBytes(StandardCharsets.UTF_8), RequestCodec.encode(request));
        return (SettlementReply) onlyReply();
    }

    /** Sends a signed command and returns what became of it. */
    ProfileReply.Outcome change(AccountCommand command) throws WireException {
        AccountCommand sent = command.repliedTo(new ReplyAddress(1, "c-" + nowMillis));
        send(command.account().getBytes(StandardCharsets.UTF_8), signed(sent));
        return ((ProfileReply) onlyReply()).outcome();
    }

    static byte[] signed(AccountCommand command) {
        return RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command));
    }

    /** Profiles that were written since the last call. */
    List<Profile> profiles() throws WireException {
        List<Profile> profiles = new ArrayList<>();
        for (byte[] value : accounts.readValuesToList()) {
            profiles.add(ProfileCodec.decode(value));
        }
        return profiles;
    }

    /** Entries that were added to the audit trail since the last call. */
    List<AuditEntry> audit() throws WireException {
        List<AuditEntry> entries = new ArrayList<>();
        for (byte[] value : audit.readValuesToList()) {
            entries.add(AuditCodec.decode(value));
        }
        return entries;
    }

    static byte[] keyOf(AdmissionRequest request) {
        return request.clientId().account().getBytes(StandardCharsets.UTF_8);
    }

    Reply onlyReply() throws WireException {
        sortReplies();
        return answers.remove();
    }

    /** What front ends were told not to rely on any more since the last call, once for each reply partition. */
    List<Revocation> revocations() throws WireException {
        sortReplies();
        List<Revocation> told = List.copyOf(revocations);
        revocations.clear();
        return told;
    }

    private void sortReplies() throws WireException {
        for (byte[] value : replies.readValuesToList()) {
            Reply reply = ReplyCodec.decode(value);
            if (reply instanceof Revocation revocation) {
                revocations.add(revocation);
            } else {
                answers.add(reply);
            }
        }
    }

    List<Decision> decisions() {
        return decisionRecords().stream()
                .filter(Decision.class::isInstance)
                .map(Decision.class::cast)
                .toList();
    }

    /** Judged admissions and ends of holds since the last call. */
    List<DecisionRecord> decisionRecords() {
        return decisions.readValuesToList().stream()
                .map(TopologyFixture::decoded)
                .toList();
    }

    private static DecisionRecord decoded(byte[] value) {
        try {
            return DecisionCodec.read(value);
        } catch (WireException e) {
            throw new AssertionError("a decision that cannot be read", e);
        }
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    /** Alerts since the last call. */
    List<ThresholdAlert> alerts() throws WireException {
        List<ThresholdAlert> decoded = new ArrayList<>();
        for (byte[] value : alerts.readValuesToList()) {
            decoded.add((ThresholdAlert) AlertCodec.decode(value));
        }
        return decoded;
    }

    boolean hasReply() throws WireException {
        sortReplies();
        return !answers.isEmpty();
    }

    void advance(long millis) {
        nowMillis += millis;
    }

    /** Where the next record lies in the log: as after somebody has moved the group's offsets. */
    void moveTo(long offset) {
        try {
            // The driver counts offsets by itself, and has no way to be told of another.
            Field offsets = TopologyTestDriver.class.getDeclaredField("offsetsByTopicOrPatternPartition");
            offsets.setAccessible(true);
            Map<?, ?> byPartition = (Map<?, ?>) offsets.get(driver);
            ((AtomicLong) byPartition.get(new TopicPartition(TopicCatalogue.REQUESTS, 0))).set(offset);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the driver counts offsets in another way", e);
        }
    }

    void sweep() {
        driver.advanceWallClockTime(SWEEP_INTERVAL);
    }

    PartitionStore store() {
        return (PartitionStore) driver.getStateStore(Names.STATE_STORE);
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
