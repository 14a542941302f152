package io.sluice.client;

import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.answer;
import static io.sluice.client.TestRequests.clientId;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody can do who may write to the reply topic, or to the request topic with another's reply address: nothing.
 * The app stands still while replies are forged, so that callers wait for the true ones.
 */
final class ForeignRepliesIT {
    private static final int BOMB_BYTES = 64 << 20;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private KafkaAdmissions admissions;
    private TopicWriter forger;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        admissions = KafkaAdmissions.connect(cluster.quietConfig(1_000, FailurePolicy.ERROR), registry);
        TestCluster.awaitReady(admissions);
        cluster.stopApp();
        forger = new TopicWriter(BROKER.bootstrapServers());
    }

    @AfterEach
    void close() throws Exception {
        forger.close();
        admissions.close();
        cluster.startApp();
    }

    @Test
    void shouldChangeNothing_whenRepliesAreForged() throws Exception {
        // Given: a caller whose request will be denied, and a forger who wants it allowed
        AdmissionRequest tooMuch = admission("forged/alice", TestCluster.CLIENT_BURST + 1);
        CompletableFuture<Answer<AdmissionVerdict>> waiting = admissions.admit(tooMuch, TestRequests.DEADLINE_MILLIS);
        String name = awaitedName("forged/alice");

        // When: the name is guessed in all but its random bits
        String guessed = name.substring(0, name.length() - 32) + "0".repeat(32);
        forge(guessed, allow(guessed), "forged/alice");
        forge(name.substring(0, name.length() - 33), allow(name.substring(0, name.length() - 33)), "forged/alice");
        forge(name + "0", allow(name + "0"), "forged/alice");
        // When: it is known, and the reply is about somebody or something else
        forge(name, allow(name), "forged/bob");
        forge(name, allow(name), null);
        forge(name, new Pong(name, 0, 1), null);
        forge(name, allow("another"), "forged/alice");
        // When: it is known, and the rest is garbage
        for (String garbage : List.of("", "{bad", "[]", "null", "[".repeat(10_000), "{\"type\":\"lease\"}")) {
            forger.send(TopicCatalogue.REPLIES, 0, bytes(name), bytes(garbage));
        }
        forger.send(TopicCatalogue.REPLIES, 0, bytes(name), null);
        forger.send(TopicCatalogue.REPLIES, 0, null, bytes("{}"));
        forger.send(TopicCatalogue.REPLIES, 0, null, null);
        forger.send(TopicCatalogue.REPLIES, 0, bytes("revocation"), bytes("{bad"));
        bomb(name);

        // Then: each is counted, and the caller gets the true answer
        Awaitility.await().untilAsserted(() -> assertThat(skipped("too-large")).isEqualTo(1));
        assertThat(foreign("unreadable")).isEqualTo(7);
        assertThat(skipped("tombstone")).isEqualTo(2);
        assertThat(skipped("malformed")).isEqualTo(1);
        assertThat(foreign("correlation-id")).isEqualTo(4);
        assertThat(foreign("subject")).isEqualTo(2);
        assertThat(foreign("kind")).isEqualTo(1);
        assertThat(waiting).isNotDone();
        cluster.startApp();
        assertThat(verdict(answer(waiting)).code()).isEqualTo(VerdictCode.DENY);
        assertThat(admitted("forged/alice")).isZero();
    }

    /** Records that were passed over before anybody asked whom they are for. */
    private double skipped(String cause) {
        return registry.get("sluice.topic.records.skipped")
                .tag("topic", TopicCatalogue.REPLIES)
                .tag("cause", cause)
                .counter()
                .count();
    }

    @Test
    void shouldChangeNothing_whenAnotherRequestNamesTheReplyAddress() throws Exception {
        // Given: a caller whose request will be denied
        AdmissionRequest tooMuch = admission("named/alice", TestCluster.CLIENT_BURST + 1);
        CompletableFuture<Answer<AdmissionVerdict>> waiting = admissions.admit(tooMuch, TestRequests.DEADLINE_MILLIS);
        CompletableFuture<Answer<QuotaReport>> report =
                admissions.quota(clientId("named/alice"), TestRequests.DEADLINE_MILLIS);
        String name = awaitedName("named/alice");
        ReplyAddress address = new ReplyAddress(0, name);

        // When: requests of others, for nothing or malformed, have their answers sent there, before the caller's own
        forger.ask(admission("named/mallory", 0).repliedTo(address));
        byte[] malformed = bytes("{\"v\":1,\"clientId\":\"named/mallory\",\"cost\":-1,\"reply\":{\"partition\":0,"
                + "\"correlationId\":\"" + name + "\"}}");
        forger.send(TopicCatalogue.REQUESTS, null, bytes("named"), malformed);
        forger.send(
                TopicCatalogue.REQUESTS,
                null,
                bytes("named"),
                RequestCodec.encode(new QuotaQuery(clientId("named/alice")).repliedTo(address)));
        cluster.startApp();

        // Then
        Verdict verdict = verdict(answer(waiting));
        assertThat(verdict.code()).isEqualTo(VerdictCode.DENY);
        assertThat(verdict.correlationId()).isEqualTo(name);
        assertThat(answer(report)).isInstanceOf(Answer.Answered.class);
        assertThat(admitted("named/alice")).isZero();
    }

    @Test
    void shouldBeAnsweredByItsOwnPartitionOnly_whenAPongIsForged() {
        // Given: the app stands still, and a reply of each kind goes to whoever waits
        assertThat(admissions.readiness().ready()).isTrue();

        // When
        Replies.ofEveryKind().values().forEach(reply -> forge("c", reply, "acme/alice"));

        // Then: none has a name of this instance, so none is even counted
        for (String cause : List.of("correlation-id", "kind", "subject", "unreadable")) {
            assertThat(foreign(cause)).isZero();
        }
        assertThat(registry.get("sluice.client.replies.late").counter().count()).isZero();
    }

    private static long admitted(String client) {
        return LogOracle.replay(
                        BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, TestCluster.REPLY_PARTITIONS))
                .expectedAdmitted(client);
    }

    private static Reply allow(String name) {
        VerdictDetails details = Replies.DECIDED;
        return Verdict.details(name, "0-1", null, details);
    }

    private void forge(String key, Reply reply, @Nullable String about) {
        forger.send(TopicCatalogue.REPLIES, 0, bytes(key), ReplyCodec.encode(reply, about));
    }

    /** Small on the wire, large in memory. */
    private static void bomb(String name) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, BROKER.bootstrapServers());
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * BOMB_BYTES);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * BOMB_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TopicCatalogue.REPLIES, 0, bytes(name), new byte[BOMB_BYTES]));
        }
    }

    /** The name of the admission that this client waits for, as somebody learns it who reads the request topic. */
    private static String awaitedName(String client) {
        return Awaitility.await()
                .until(
                        () -> TopicReader.readAll(
                                        BROKER.bootstrapServers(),
                                        TopicCatalogue.REQUESTS,
                                        IsolationLevel.READ_UNCOMMITTED)
                                .stream()
                                .map(record -> new RequestReader(record.partition(), TestCluster.REQUEST_PARTITIONS, 2)
                                        .read(record.key(), record.value()))
                                .filter(DecodedRequest.WellFormed.class::isInstance)
                                .map(decoded -> ((DecodedRequest.WellFormed) decoded).record())
                                .filter(request -> isOf(client, request))
                                .map(request -> request.reply().correlationId())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static boolean isOf(String client, RequestRecord request) {
        return request.request() instanceof AdmissionRequest admission
                && admission.clientId().text().equals(client);
    }

    private double foreign(String cause) {
        return registry.get("sluice.client.replies.foreign")
                .tag("cause", cause)
                .counter()
                .count();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
