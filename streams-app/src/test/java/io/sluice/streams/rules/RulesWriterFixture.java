package io.sluice.streams.rules;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.engine.controlplane.RulesLedger;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.RocksDbMemory;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The rules writer under {@link TopologyTestDriver}, on real RocksDB. */
final class RulesWriterFixture implements AutoCloseable {
    static final long START_MILLIS = 1_700_000_000_000L;
    static final ReplyAddress REPLY = new ReplyAddress(1, "c-1");

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1);
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> commands;
    private final TestOutputTopic<byte[], byte[]> replies;
    private final TestOutputTopic<byte[], byte[]> audit;
    private final TestOutputTopic<byte[], byte[]> rules;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private int sent;

    RulesWriterFixture(Path stateDir, boolean approvalRequired) {
        RulesWriterConfig config = new RulesWriterConfig(
                /* replyPartitions= */ 2,
                TestKeys.RULES,
                TestKeys.TRUSTED,
                new RulesLedger.Policy(approvalRequired, 0));
        Properties properties = RulesApp.properties(
                new RulesAppConfig(
                        Map.of("bootstrap.servers", "none:1"),
                        stateDir,
                        TestKeys.RULES,
                        TestKeys.TRUSTED,
                        approvalRequired),
                memory);
        properties.put("replication.factor", 1);
        driver = new TopologyTestDriver(
                RulesTopology.build(config, new RulesMetrics(registry)),
                properties,
                Instant.ofEpochMilli(START_MILLIS));
        ByteArrayDeserializer out = new ByteArrayDeserializer();
        commands = driver.createInputTopic(
                TopicCatalogue.RULES_COMMANDS, new ByteArraySerializer(), new ByteArraySerializer());
        replies = driver.createOutputTopic(TopicCatalogue.REPLIES, out, out);
        audit = driver.createOutputTopic(TopicCatalogue.AUDIT, out, out);
        rules = driver.createOutputTopic(TopicCatalogue.RULES, out, out);
        deadLetters = driver.createOutputTopic(TopicCatalogue.DEAD_LETTERS, out, out);
    }

    /** A document of so many limits, as long as operators write them. */
    static String limits(int count, int burst) {
        StringBuilder document = new StringBuilder("{\"limits\":[");
        for (int i = 0; i < count; i++) {
            document.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"partner-")
                    .append(i)
                    .append("\",\"scope\":\"account\",\"match\":{\"path\":\"/partners/")
                    .append(i)
                    .append("/**\"},\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":")
                    .append(burst)
                    .append("}");
        }
        return document.append("]}").toString();
    }

    /** A document with one limit. */
    static String burst(int burst) {
        return "{\"limits\":[{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":"
                + burst + "}]}";
    }

    RulesReply.Outcome run(String principal, ControlCommand.Step step) throws WireException {
        sent++;
        ControlCommand command = new ControlCommand("command-" + sent, principal, "reason " + sent, step, REPLY);
        send(signed(command));
        return onlyReply().outcome();
    }

    static byte[] signed(ControlCommand command) {
        return RequestCodec.encode(
                TestKeys.COMMANDS.sign(SignedKind.RULES_COMMAND, ControlCommandCodec.encode(command)));
    }

    void send(byte[] value) {
        commands.pipeInput(new TestRecord<>(null, value, Instant.ofEpochMilli(START_MILLIS + sent)));
    }

    RulesReply onlyReply() throws WireException {
        return (RulesReply) ReplyCodec.decode(replies.readValue());
    }

    List<AuditEntry> audit() throws WireException {
        List<AuditEntry> entries = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : audit.readRecordsToList()) {
            byte[] signature =
                    record.headers().lastHeader(AuditEntry.SIGNATURE_HEADER).value();
            if (!TestKeys.RULES_PUBLIC.verify(
                    SignedKind.RULES_AUDIT, record.value(), new String(signature, StandardCharsets.US_ASCII))) {
                throw new AssertionError("an entry that is not signed");
            }
            entries.add(AuditCodec.decode(record.value()));
        }
        return entries;
    }

    /** The revisions by their keys, as they were written. */
    List<RulesetActivation> revisions() throws WireException {
        List<RulesetActivation> revisions = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : rules.readRecordsToList()) {
            ControlRecord control =
                    (ControlRecord) ((DecodedRequest.WellFormed) RequestCodec.decode(null, record.value()))
                            .record()
                            .request();
            if (!TestKeys.RULES_PUBLIC.verify(SignedKind.RULES, control)) {
                throw new AssertionError("a revision that is not signed");
            }
            RulesetActivation activation = ActivationCodec.decode(control.payload());
            if (!Long.toString(activation.revision()).equals(new String(record.key(), StandardCharsets.UTF_8))) {
                throw new AssertionError("revision " + activation.revision() + " under another key");
            }
            revisions.add(activation);
        }
        return revisions;
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    boolean isSilent() {
        return replies.isEmpty() && audit.isEmpty() && rules.isEmpty() && deadLetters.isEmpty();
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
